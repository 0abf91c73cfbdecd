"""
Decode, measure, resize and encode images: the one place that knows libvips.

It runs in a process of its own (`sluice.images.worker`), because libvips reads bytes that strangers sent.
"""
