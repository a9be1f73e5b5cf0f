"""Memory Parallel: one memory over several processes, each with a shard, on torch.distributed (docs/parallel.md)."""
