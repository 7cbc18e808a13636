"""Machines rented through SDKs and HTTP APIs: `cloud.provision PROVIDER SERVICE TYPE COUNT REGION`.

Only calls that start capacity are here; listing, describing and stopping have no effect of their own.
Sources: the API references of boto3, google-cloud-compute, azure-mgmt-compute, Alibaba Cloud ECS,
RunPod, Vast.ai, Lambda and SkyPilot.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from auditor.model.word import Source
from auditor.read.apis.rentals import Rental, find, provision, region, setting, shown
from auditor.read.python.call import Call
from auditor.read.python.objects import DictObj, External, PyValue
from auditor.read.values import Known, known_text, unknown

Handler = Callable[[Call], PyValue]


def _rents(provider: str, service: str, count: str = "1") -> Handler:
    rental = Rental(provider, service, count)
    return lambda call: provision(call, rental)


def _aws_service(call: Call) -> str:
    here: External | None = call.callee
    while here is not None:
        if here.path.endswith(("client()", "resource()")) and here.args:
            return known_text(call.machine.scalar(here.args[0])) or "unknown"
        here = here.parent
    return "unknown"


_AWS: dict[str, frozenset[str]] = {
    "ec2": frozenset(
        "run_instances request_spot_instances request_spot_fleet create_fleet create_instances start_instances "
        "create_capacity_reservation purchase_capacity_block allocate_hosts".split()
    ),
    "autoscaling": frozenset("create_auto_scaling_group update_auto_scaling_group set_desired_capacity".split()),
    "sagemaker": frozenset(
        "create_training_job create_notebook_instance create_processing_job create_endpoint_config create_cluster "
        "create_training_plan create_app".split()
    ),
    "batch": frozenset("create_compute_environment submit_job".split()),
    "eks": frozenset("create_nodegroup create_cluster".split()),
    "ecs": frozenset("run_task create_service".split()),
    "emr": frozenset("run_job_flow".split()),
    "lightsail": frozenset("create_instances".split()),
    "braket": frozenset("create_job".split()),
}
_AWS_METHODS = sorted({name for names in _AWS.values() for name in names})


def _aws(call: Call) -> PyValue:
    service = _aws_service(call)
    method = call.callee.path.rpartition(".")[2]
    if service != "unknown" and method not in _AWS.get(service, frozenset()):
        return call.result()
    return provision(call, Rental("aws", service))


def _aws_api_call(call: Call) -> PyValue:
    operation = call.text(0)
    if operation in ("RunInstances", "RequestSpotInstances", "CreateFleet"):
        return provision(call, Rental("aws", _aws_service(call)))
    return call.result()


def _aliyun_request(call: Call) -> PyValue:
    """`AcsClient.do_action_with_exception(request)`: the request's class names the action."""
    request = call.arg(0)
    path = request.path if isinstance(request, External) else ""
    action = find(request, ["action_name", "set_action_name"]) if isinstance(request, External) else None
    name = known_text(call.machine.scalar(action)) if action is not None else path
    if name and re.search(r"RunInstances|CreateInstance|CreateContainerGroup|StartInstance", name):
        return provision(call, Rental("aliyun", "ecs"))
    return call.result()


def _request_setter(call: Call) -> PyValue:
    """`request.set_InstanceType("…")`: kept as the request's state."""
    name = call.callee.path.rpartition(".set_")[2]
    call.machine.journal.touch(call.receiver)
    call.receiver.state[name] = call.arg(0)
    return call.result()


def _libcloud(call: Call) -> PyValue:
    """`get_driver(Provider.EC2)(…).create_node(size=…)`: the size is an object of the provider's list."""
    made = call.callee.ancestor("libcloud.compute.providers.get_driver()")
    named = made.args[0] if made is not None and made.args else unknown(Source.UNKNOWN)
    name = known_text(call.machine.scalar(named))
    if isinstance(named, External):
        name = named.path.rpartition(".")[2].lower()
    return provision(call, Rental("libcloud", name or "unknown"))


def _sky(call: Call) -> PyValue:
    """`sky.launch(task)`: the accelerators stand in the task's resources."""
    found = setting(call, ["accelerators", "instance_type"])
    task = call.get(0, "task")
    if found is None and isinstance(task, External):
        found = find(task, ["accelerators", "instance_type"])
    text = known_text(shown(call, found)) or ""
    kind, _, number = text.partition(":")
    count = Known(number or "1")
    if isinstance(found, DictObj) and found.entries:
        count = Known(known_text(call.machine.scalar(next(iter(found.entries.values())))) or "1")
    type_word: PyValue = Known(kind) if text else unknown(Source.UNKNOWN)
    call.emit("cloud.provision", "skypilot", "sky", type_word, count, shown(call, region(call)))
    return call.result()


def _set_resources(call: Call) -> PyValue:
    call.machine.journal.touch(call.receiver)
    call.receiver.state["resources"] = call.arg(0)
    return call.receiver


_BOTO = (
    "boto3.client()",
    "boto3.resource()",
    "boto3.Session().client()",
    "boto3.Session().resource()",
    "boto3.session.Session().client()",
    "boto3.session.Session().resource()",
    "aioboto3.Session().client()",
)


def _as_command(call: Call) -> PyValue:
    """Identities made and quotas raised through boto3: written as the command line's own command."""
    words: list[PyValue] = [
        Known("aws"),
        Known(_aws_service(call)),
        Known(_dashed(call.callee.path.rpartition(".")[2])),
    ]
    for name, value in call.kwargs.items():
        words += [Known(f"--{_dashed(name)}"), call.machine.scalar(value)]
    call.emit(*words)
    return call.result()


def _dashed(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).replace("_", "-").lower()


_TELLING_CALLS = """create_user create_access_key create_login_profile create_role create_policy_version
    attach_user_policy attach_role_policy attach_group_policy put_user_policy put_role_policy
    update_assume_role_policy add_user_to_group request_service_quota_increase delete_budget
    send_ssh_public_key""".split()

CALLS: dict[str, Handler] = {
    **{f"{client}.{method}": _as_command for client in _BOTO for method in _TELLING_CALLS},
    **{f"{client}.{method}": _aws for client in _BOTO for method in _AWS_METHODS},
    **{f"{client}._make_api_call": _aws_api_call for client in _BOTO},
    "sagemaker.estimator.Estimator().fit": _rents("aws", "sagemaker"),
    "sagemaker.pytorch.PyTorch().fit": _rents("aws", "sagemaker"),
    "google.cloud.compute_v1.InstancesClient().insert": _rents("gcp", "compute"),
    "google.cloud.compute_v1.InstancesClient().bulk_insert": _rents("gcp", "compute"),
    "google.cloud.compute_v1.InstanceGroupManagersClient().resize": _rents("gcp", "compute"),
    "googleapiclient.discovery.build().instances().insert": _rents("gcp", "compute"),
    "googleapiclient.discovery.build().projects().locations().nodes().create": _rents("gcp", "tpu"),
    "google.cloud.tpu_v2.TpuClient().create_node": _rents("gcp", "tpu"),
    "google.cloud.tpu_v2.TpuClient().create_queued_resource": _rents("gcp", "tpu"),
    "google.cloud.container_v1.ClusterManagerClient().create_node_pool": _rents("gcp", "gke"),
    "google.cloud.batch_v1.BatchServiceClient().create_job": _rents("gcp", "batch"),
    "google.cloud.aiplatform.CustomJob().run": _rents("gcp", "vertex"),
    "google.cloud.aiplatform.CustomTrainingJob().run": _rents("gcp", "vertex"),
    "azure.mgmt.compute.ComputeManagementClient().virtual_machines.begin_create_or_update": _rents("azure", "compute"),
    "azure.mgmt.compute.ComputeManagementClient().virtual_machine_scale_sets.begin_create_or_update": _rents(
        "azure", "compute"
    ),
    "azure.mgmt.containerservice.ContainerServiceClient().agent_pools.begin_create_or_update": _rents("azure", "aks"),
    "azure.batch.BatchServiceClient().pool.add": _rents("azure", "batch"),
    **{
        f"alibabacloud_ecs20140526.client.Client().{name}": _rents("aliyun", "ecs")
        for name in (
            "run_instances",
            "run_instances_with_options",
            "run_instances_async",
            "create_instance",
            "start_instances",
            "create_auto_provisioning_group",
        )
    },
    "alibabacloud_eci20180808.client.Client().create_container_group": _rents("aliyun", "eci"),
    "alibabacloud_pai_dlc20201203.client.Client().create_job": _rents("aliyun", "pai-dlc"),
    "aliyunsdkcore.client.AcsClient().do_action_with_exception": _aliyun_request,
    "aliyunsdkcore.client.AcsClient().do_action": _aliyun_request,
    "tencentcloud.cvm.v20170312.cvm_client.CvmClient().RunInstances": _rents("tencent", "cvm"),
    "runpod.create_pod": _rents("runpod", "pod"),
    "runpod.create_endpoint": _rents("runpod", "endpoint"),
    "runpod.resume_pod": _rents("runpod", "pod"),
    "vastai.VastAI().create_instance": _rents("vast", "instance"),
    "vastai.VastAI().launch_instance": _rents("vast", "instance"),
    "vastai_sdk.VastAI().create_instance": _rents("vast", "instance"),
    "vastai_sdk.VastAI().launch_instance": _rents("vast", "instance"),
    "lambda_cloud_client.DefaultApi().launch_instance": _rents("lambda", "instance"),
    "sky.launch": _sky,
    "sky.jobs.launch": _sky,
    "sky.serve.up": _sky,
    "sky.exec": _sky,
    "sky.Task().set_resources": _set_resources,
    "openstack.connect().compute.create_server": _rents("openstack", "compute"),
    "openstack.connection.Connection().compute.create_server": _rents("openstack", "compute"),
    "pydo.Client().droplets.create": _rents("digitalocean", "droplet"),
    "hcloud.Client().servers.create": _rents("hetzner", "server"),
    "libcloud.compute.providers.get_driver()().create_node": _libcloud,
    "dask_cloudprovider.aws.EC2Cluster": _rents("aws", "ec2"),
}
METHODS: dict[str, Handler] = {
    "run_instances": _aws,
    "request_spot_instances": _aws,
    "create_instances": _aws,
    **{
        f"set_{name}": _request_setter
        for name in ("InstanceType", "Amount", "RegionId", "action_name", "instance_type", "MinAmount")
    },
}
