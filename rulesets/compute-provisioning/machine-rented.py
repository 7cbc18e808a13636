import boto3

ec2 = boto3.client("ec2")
# ok: machine-rented
print(ec2.describe_instances()["Reservations"])
# ok: machine-rented
ec2.stop_instances(InstanceIds=["i-0abc"])
# ruleid: machine-rented
ec2.run_instances(ImageId="ami-0abc", InstanceType="m5.large", MinCount=1, MaxCount=20)
# ruleid: machine-rented
boto3.resource("ec2").create_instances(ImageId="ami-0abc", InstanceType="t3.micro", MinCount=1, MaxCount=1)
