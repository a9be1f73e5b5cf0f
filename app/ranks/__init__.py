"""The ranks of a memory that is spread over devices and machines: started, filled, asked, missed (docs/parallel.md)."""
