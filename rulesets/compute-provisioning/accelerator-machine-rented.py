import boto3

ec2 = boto3.client("ec2", region_name="us-east-1")
# ok: accelerator-machine-rented
offers = ec2.describe_instance_type_offerings(Filters=[{"Name": "instance-type", "Values": ["p5.48xlarge"]}])
# ok: accelerator-machine-rented
ec2.run_instances(ImageId="ami-0abc", InstanceType="t3.micro", MinCount=1, MaxCount=1)
kind = "p4d" + ".24xlarge"
# ruleid: accelerator-machine-rented
ec2.run_instances(ImageId="ami-0abc", InstanceType=kind, MinCount=8, MaxCount=8)
# ruleid: accelerator-machine-rented
boto3.resource("ec2").create_instances(ImageId="ami-0abc", InstanceType="g5.12xlarge", MinCount=1, MaxCount=4)
