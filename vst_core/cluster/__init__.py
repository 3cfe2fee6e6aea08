"""A shot, or many, on several machines by Ray: the bytes are those of one machine.

with open_cluster("local:2") as cluster:      # or "ray://host:10001"
    cluster.run(job, on_event)

All machines see the same disk under the same paths, and have this engine installed.

| file | holds |
|------|-------|
| `lanes`     | a job in chunks: those of a lane follow each other, lanes run at once |
| `chunk_run` | what a worker does with a chunk, and what it sends back |
| `ray_tasks` | chunks as Ray's tasks, and their results in order |
"""

from vst_core.cluster.lanes import ClusterPlace, Lane, lanes_of
from vst_core.cluster.ray_tasks import Cluster, open_cluster

__all__ = ["Cluster", "ClusterPlace", "Lane", "lanes_of", "open_cluster"]
