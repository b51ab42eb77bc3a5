"""Build the functions and the layer with the SAM CLI, once for as long as nothing changes."""

from __future__ import annotations

import compileall
import fcntl
import hashlib
import json
import platform
import shutil
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

import yaml

from infra.local.engine import PROJECT, PYTHON
from infra.local.errors import LocalError
from infra.local.processes import Process, plain_environment

SAM = PROJECT / ".venv-sam/bin/sam"
INPUTS = ("template.yaml", "functions", "layers/common", "infra/statemachines")

# Resource type -> the property that names its code.
CODE = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}


# The AWS services that the functions call. boto3 brings the descriptions of some 400, two files of
# three in the layer; the engine unpacks the layer for every process of a function, file by file.
SERVICES = frozenset({"dynamodb", "lambda", "scheduler", "secretsmanager"})
DESCRIPTIONS = ("botocore", "data")


@dataclass(frozen=True, slots=True)
class Package:
    """A built template, and what it needs beside it.

    Attributes:
        folder: has `template.json`, which names its artifacts by bare file names, and these.
        runtime: the runtime it was built for, as `python3.13`.
        architecture: `arm64` or `x86_64`.
    """

    folder: Path
    runtime: str
    architecture: str

    @property
    def template(self) -> dict[str, Any]:
        """The template."""
        template: dict[str, Any] = json.loads((self.folder / "template.json").read_text("utf-8"))
        return template


def build(folder: Path) -> Package:
    """Return the package of the sources as they are, built anew only if they have changed.

    Args:
        folder: where builds are kept. Several processes may share it.

    Raises:
        LocalError: the SAM CLI is not installed, or the build failed.
    """
    package = Package(folder / "package", _runtime(), _architecture())
    stamp = folder / "stamp"
    with _alone(folder):
        wanted = _digest(package)
        if not stamp.exists() or stamp.read_text("utf-8") != wanted:
            stamp.unlink(missing_ok=True)
            _sam_build(folder, package)
            # An engine's process imports from compiled code in half the time.
            compileall.compile_dir(
                folder / "sam", quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH
            )
            _assemble(folder / "sam", package.folder)
            stamp.write_text(wanted, "utf-8")
    return package


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes from building in the same folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _runtime() -> str:
    """The engine runs functions on its own interpreter, whatever runtime they name."""
    return f"python3.{sys.version_info.minor}"


def _architecture() -> str:
    return "arm64" if platform.machine().lower() in {"aarch64", "arm64"} else "x86_64"


def _digest(package: Package) -> str:
    digest = hashlib.sha256(f"{package.runtime} {package.architecture}".encode())
    for name in (*INPUTS, "infra/local/build.py"):
        for file in _files(PROJECT / name):
            digest.update(f"{file.relative_to(PROJECT)}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    for file in sorted(path.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            yield file


def _sam_build(folder: Path, package: Package) -> None:
    command = [
        *(str(SAM), "build", "--cached", "--parallel"),
        *("--template-file", str(PROJECT / "template.yaml")),
        *("--build-dir", str(folder / "sam"), "--cache-dir", str(folder / "cache")),
        "--parameter-overrides",
        f"ParameterKey=PythonRuntime,ParameterValue={package.runtime}",
        f"ParameterKey=Architecture,ParameterValue={package.architecture}",
    ]
    environment = plain_environment(SAM_CLI_TELEMETRY="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    # SAM wants an interpreter of the runtime's own version on the path: the engine's is that.
    environment["PATH"] = f"{PYTHON.parent}:{environment.get('PATH', '')}"
    process = Process.start(
        command, environment=environment, folder=folder, log=folder / "sam-build.log"
    )
    try:
        if process.wait() != 0:
            raise LocalError(
                f"The build failed; the last line of {process.log} is: {process.last_line()}"
            )
    finally:
        process.stop()


def _assemble(built: Path, folder: Path) -> None:
    """Make the package of a built template."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    template = yaml.safe_load((built / "template.yaml").read_text("utf-8"))
    for name, resource in template["Resources"].items():
        uri = CODE.get(resource["Type"])
        if uri is None:
            continue
        source = (built / resource["Properties"][uri]).resolve()
        if source.is_dir():
            artifact = f"{name}.zip"
            _zip(source, folder / artifact)
        else:
            # The engine reads definitions as JSON only; AWS reads YAML too.
            artifact = f"{name}.json"
            definition = yaml.safe_load(source.read_text("utf-8"))
            (folder / artifact).write_text(json.dumps(definition), "utf-8")
        resource["Properties"][uri] = artifact
    (folder / "template.json").write_text(json.dumps(template, default=str), "utf-8")


def _zip(source: Path, target: Path) -> None:
    """Zip a folder without compressing, which would cost time at every start of a function."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(source.rglob("*")):
            name = file.relative_to(source)
            if file.is_file() and not _is_idle_description(name.parts):
                archive.write(file, name)


def _is_idle_description(parts: tuple[str, ...]) -> bool:
    """Tell whether a layer's file describes an AWS service that no function calls."""
    if "botocore" not in parts:
        return False
    inside = parts[parts.index("botocore") :]
    in_a_service = inside[:2] == DESCRIPTIONS and len(inside) > len(DESCRIPTIONS) + 1
    return in_a_service and inside[2] not in SERVICES
