"""A plugin of pytest: Keras sees a GPU where there is none, and so compiles `fit` with XLA.

A claim runs on the CPU unless it asks for a GPU, yet Keras asks only whether there is one. No
operation can be placed on this one; claims about a GPU stay unchecked.
"""


def pytest_collection_finish():
    import tensorflow as tf

    right = tf.config.list_physical_devices
    gpu = tf.config.PhysicalDevice("/physical_device:GPU:0", "GPU")

    def list_physical_devices(device_type=None):
        """Keras asks for devices of any type, claims and fixtures for those of one."""
        return right(device_type) if device_type else [*right(), gpu]

    tf.config.list_physical_devices = list_physical_devices
