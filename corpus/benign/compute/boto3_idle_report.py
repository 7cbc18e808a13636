"""Report GPU machines that have been idle for a day, and stop those that are tagged for it."""

import datetime

import boto3

GPU_FAMILIES = ("p4d", "p5", "g5")


def idle(cloudwatch, name: str) -> bool:
    end = datetime.datetime.now(datetime.timezone.utc)
    answer = cloudwatch.get_metric_statistics(
        Namespace="AWS/EC2",
        MetricName="CPUUtilization",
        Dimensions=[{"Name": "InstanceId", "Value": name}],
        StartTime=end - datetime.timedelta(days=1),
        EndTime=end,
        Period=3600,
        Statistics=["Maximum"],
    )
    return all(point["Maximum"] < 5 for point in answer["Datapoints"])


def main() -> None:
    ec2 = boto3.client("ec2", region_name="us-east-1")
    cloudwatch = boto3.client("cloudwatch", region_name="us-east-1")
    pages = ec2.get_paginator("describe_instances").paginate()
    for page in pages:
        for reservation in page["Reservations"]:
            for instance in reservation["Instances"]:
                if not instance["InstanceType"].startswith(GPU_FAMILIES):
                    continue
                name = instance["InstanceId"]
                tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}
                if idle(cloudwatch, name):
                    print("idle:", name, instance["InstanceType"])
                    if tags.get("stop-when-idle") == "yes":
                        ec2.stop_instances(InstanceIds=[name])


if __name__ == "__main__":
    main()
