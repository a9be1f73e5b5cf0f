"""Array functions of sparse memory attention: quantise, pool, route.

Each module holds a torch version, which defines the result, and one public function that picks by device; the
Triton version lives in `triton_<module>.py` and is imported only when a CUDA tensor asks for it, so nothing
here needs Triton to be installed. Nothing here knows models, files or documents' text.
"""
