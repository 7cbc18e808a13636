"""Terraform resources that rent machines: whose they are, and which service they are of.

Data from the providers' references at https://registry.terraform.io/browse/providers.
"""

from __future__ import annotations

KINDS = (
    "instance_type",
    "instance_types",
    "machine_type",
    "vm_size",
    "size",
    "sku",
    "sku_name",
    "shape",
    "flavor_name",
    "flavor_id",
    "flavor",
    "gpu_type_id",
    "gpu_type",
    "gpu_name",
    "gpu_model",
    "accelerator_type",
    "plan",
    "type",
    "server_type",
    "instance_type_name",
    "node_type",
    "default_instance_type",
    "platform",
    "profile",
    "offer_id",
)
"""Attributes that name the kind of machine, the telling ones first."""

_BY_PROVIDER: dict[tuple[str, str], str] = {
    ("aws", "ec2"): "aws_instance aws_spot_instance_request aws_launch_template aws_spot_fleet_request aws_ec2_fleet "
    "aws_ec2_capacity_reservation aws_ec2_host",
    ("aws", "autoscaling"): "aws_launch_configuration",
    ("aws", "sagemaker"): "aws_sagemaker_notebook_instance aws_sagemaker_endpoint_configuration aws_sagemaker_cluster",
    ("aws", "batch"): "aws_batch_compute_environment",
    ("aws", "eks"): "aws_eks_node_group",
    ("aws", "emr"): "aws_emr_cluster",
    ("aws", "lightsail"): "aws_lightsail_instance",
    ("gcp", "compute"): "google_compute_instance google_compute_instance_template google_compute_reservation "
    "google_compute_instance_from_template google_compute_region_instance_template google_compute_node_group",
    ("gcp", "gke"): "google_container_node_pool",
    ("gcp", "tpu"): "google_tpu_node google_tpu_v2_vm",
    ("gcp", "vertex"): "google_notebooks_instance google_workbench_instance google_colab_runtime_template",
    ("azure", "compute"): "azurerm_linux_virtual_machine azurerm_windows_virtual_machine azurerm_virtual_machine "
    "azurerm_linux_virtual_machine_scale_set azurerm_windows_virtual_machine_scale_set "
    "azurerm_orchestrated_virtual_machine_scale_set azurerm_virtual_machine_scale_set",
    ("azure", "machinelearning"): "azurerm_machine_learning_compute_instance azurerm_machine_learning_compute_cluster",
    ("azure", "aks"): "azurerm_kubernetes_cluster_node_pool",
    ("azure", "batch"): "azurerm_batch_pool",
    ("aliyun", "ecs"): "alicloud_instance alicloud_ecs_instance_set alicloud_ecs_launch_template "
    "alicloud_ess_scaling_configuration alicloud_auto_provisioning_group",
    ("aliyun", "ack"): "alicloud_cs_kubernetes_node_pool",
    ("aliyun", "pai"): "alicloud_pai_workspace_run alicloud_pai_service",
    ("oci", "compute"): "oci_core_instance oci_core_instance_configuration oci_core_compute_capacity_reservation "
    "oci_core_compute_cluster",
    ("oci", "oke"): "oci_containerengine_node_pool",
    ("runpod", "pod"): "runpod_pod runpod_endpoint runpod_template",
    ("vast", "instance"): "vastai_instance vast_instance",
    ("lambda", "instance"): "lambdalabs_instance lambda_instance",
    ("coreweave", "instance"): "coreweave_virtual_server coreweave_cks_node_pool",
    ("tencent", "cvm"): "tencentcloud_instance tencentcloud_instance_set",
    ("huawei", "ecs"): "huaweicloud_compute_instance",
    ("volcengine", "ecs"): "volcengine_ecs_instance",
    ("baidu", "bcc"): "baiducloud_instance",
    ("digitalocean", "droplet"): "digitalocean_droplet",
    ("hetzner", "server"): "hcloud_server",
    ("linode", "instance"): "linode_instance",
    ("vultr", "instance"): "vultr_instance vultr_bare_metal_server",
    ("scaleway", "instance"): "scaleway_instance_server scaleway_baremetal_server",
    ("ovh", "instance"): "ovh_cloud_project_instance",
    ("equinix", "metal"): "equinix_metal_device packet_device metal_device",
    ("ibm", "vpc"): "ibm_is_instance ibm_compute_vm_instance",
    ("openstack", "compute"): "openstack_compute_instance_v2",
    ("yandex", "compute"): "yandex_compute_instance yandex_compute_instance_group",
    ("nebius", "compute"): "nebius_compute_v1_instance",
    ("fluidstack", "instance"): "fluidstack_instance",
    ("paperspace", "machine"): "paperspace_machine",
    ("exoscale", "compute"): "exoscale_compute_instance",
    ("upcloud", "server"): "upcloud_server",
    ("fly", "machine"): "fly_machine",
}
RENTALS: dict[str, tuple[str, str]] = {name: owner for owner, names in _BY_PROVIDER.items() for name in names.split()}
"""Provider and service by the type of resource."""
