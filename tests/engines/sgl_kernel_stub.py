"""Stands in for sgl_kernel on a CPU: SGLang imports it, and with torch's own attention calls none of it."""
import importlib.abc
import importlib.machinery
import sys
import types


class Missing:
    def __init__(self, name):
        self._name = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(f"{self._name}.{name}")

    def __call__(self, *args, **kwargs):
        raise RuntimeError(f"sgl_kernel is not here: {self._name}")


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return Missing(name)


class Module(types.ModuleType):
    __path__ = []
    __getattr__ = staticmethod(__getattr__)


class Loader(importlib.abc.Loader):
    def create_module(self, spec):
        return Module(spec.name)

    def exec_module(self, module):
        pass


class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.startswith("sgl_kernel."):
            return importlib.machinery.ModuleSpec(name, Loader(), is_package=True)
        return None


sys.meta_path.append(Finder())
