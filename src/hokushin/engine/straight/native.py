"""Native: compile the text of a plan for this processor, and call it.

Compiled code is kept in a folder, named by a digest of its text, of the processor and of the
compiler, so that a process that runs the same loop again need not compile it. The folder is a
cache: it may be deleted at any time, and what is damaged in it is compiled again.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np

_POINTERS = 8
_DIGEST = 32
_lock = threading.Lock()


def is_available() -> bool:
    """Whether the compiler (llvmlite) is installed."""
    from importlib.util import find_spec

    return find_spec("llvmlite") is not None


def cache_folder() -> Path:
    """Where compiled code is kept: `HOKUSHIN_CACHE`, or the user's folder for caches."""
    home = os.environ.get("HOKUSHIN_CACHE")
    if home:
        return Path(home) / "straight"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "hokushin" / "straight"


class Processor:
    """What code is made for."""

    def __init__(self, wide: bool | None = None) -> None:
        """Ask this machine; `wide` False leaves its AVX-512 instructions aside."""
        import llvmlite.binding as llvm

        with _lock:
            llvm.initialize_native_target()
            llvm.initialize_native_asmprinter()
        self.name = llvm.get_host_cpu_name()
        features = llvm.get_host_cpu_features()
        self.features = features.flatten()
        can_be_wide = bool(features.get("avx512f") and features.get("avx512dq"))
        self.wide = can_be_wide and wide is not False
        self.can_flush = bool(features.get("sse2"))
        """Whether it can be told to take what is smaller than 1.2e-38 for zero, as JAX does."""
        self.lanes = 16 if self.wide else 8
        self.compiler = ".".join(map(str, llvm.llvm_version_info))


class Machine:
    """A compiled loop."""

    def __init__(self, text: str, processor: Processor) -> None:
        """Compile, or take what was compiled before."""
        import llvmlite.binding as llvm

        key = hashlib.blake2s(
            "\n".join((text, processor.name, processor.features, processor.compiler)).encode()
        ).hexdigest()
        place = cache_folder() / f"{key}.code"
        target = llvm.Target.from_default_triple().create_target_machine(
            cpu=processor.name, features=processor.features, opt=2
        )
        code = _read(place)
        self.from_cache = code is not None
        if code is None:
            module = llvm.parse_assembly(text)
            module.verify()
            code = target.emit_object(module)
            _write(place, code)
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target)
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        self._engine.finalize_object()
        prototype = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * _POINTERS, ctypes.c_int64)
        self._run = prototype(self._engine.get_function_address("run"))

    def __call__(self, arrays: list[np.ndarray], vectors: int) -> None:
        """Run on arrays that lie in memory without gaps; the interpreter is free meanwhile."""
        self._run(*[a.ctypes.data for a in arrays], vectors)


def _read(place: Path) -> bytes | None:
    """Code behind its digest, or None if there is none or it is damaged."""
    try:
        held = place.read_bytes()
    except OSError:
        return None
    digest, code = held[:_DIGEST], held[_DIGEST:]
    return code if hashlib.blake2s(code).digest() == digest else None


def _write(place: Path, code: bytes) -> None:
    """Write whole or not at all; where nothing can be written, nothing is kept."""
    beside = place.with_name(f"{place.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(hashlib.blake2s(code).digest() + code)
        os.replace(beside, place)
    except OSError:
        beside.unlink(missing_ok=True)


def aligned(n_bytes: int) -> np.ndarray:
    """Memory that begins where a line of the cache does."""
    raw: Any = np.zeros(n_bytes + 64, np.uint8)
    begin = -raw.ctypes.data % 64
    return raw[begin : begin + n_bytes]
