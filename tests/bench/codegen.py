"""The generator's cost beside the bare parse of the same files, in one run: `python tests/bench/codegen.py [handlers]`.

Prints CPU by stage, the median ratio to `libcst.parse_module`, peak memory, and the wall time of an unchanged run.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

HANDLER = PROJECT / "tests" / "bench" / "codegen_handler.txt"
SCHEMA = PROJECT / "tests" / "bench" / "codegen_schema.txt"
KERNEL = PROJECT / "tests" / "bench" / "codegen_kernel.txt"
PER_CONTEXT = 25
ROUNDS = 5


def write_code_base(root: Path, handlers: int) -> None:
    """Handlers of 130 lines in contexts of 25, with a schema module and an authentication factory for each context."""
    for number in range(handlers):
        context = root / f"shop{number // PER_CONTEXT}"
        folder = context / "aws_lambda"
        if number % PER_CONTEXT == 0:
            folder.mkdir(parents=True)
            (context / "schemas.py").write_text(SCHEMA.read_text())
            (folder / "auth.py").write_text(f'def shop_auth():\n    return authenticate("{context.name}")\n')
        path = folder / f"create_thing_{number}.py"
        path.write_text(HANDLER.read_text().replace("@context@", context.name).replace("@number@", str(number)))
    (root / "kernel.py").write_text(KERNEL.read_text())


def bare_parse(root: Path) -> float:
    """Seconds of CPU for LibCST alone on every module of the code base, in a process of its own."""
    code = (
        "import sys, time, libcst\n"
        "sources = [open(p, 'rb').read() for p in sys.stdin.read().split()]\n"
        "start = time.process_time()\n"
        "for source in sources: libcst.parse_module(source)\n"
        "print(time.process_time() - start)\n"
    )
    text = "\n".join(str(path) for path in sorted(root.rglob("*.py")) if "generated" not in path.parts)
    done = subprocess.run([sys.executable, "-c", code], input=text, capture_output=True, text=True, check=True)
    return float(done.stdout)


def generate(root: Path, *options: str) -> tuple[float, float]:
    """(CPU with that of its children, wall) of the command itself, as a user runs it."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "codegen", "generate", "--root", str(root), *options]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.monotonic() - start


def stages(root: Path) -> dict[str, float]:
    from codegen.codebase import Target
    from codegen.loading.stages import Stages
    from codegen.pipeline import Pipeline
    from codegen.settings import Settings

    seen = Stages()
    Pipeline(Target(root, root / "generated", Settings(), cache=False), seen).run()
    seen.seconds["link"] -= seen.seconds["parse"] + seen.seconds["read"]
    return seen.seconds


def one_round(root: Path) -> tuple[float, float, float]:
    """(CPU of the bare parse, CPU of a whole run, its wall time): in turn, since no machine is always equally fast."""
    bare = bare_parse(root)
    shutil.rmtree(root / "generated", ignore_errors=True)
    return bare, *generate(root, "--no-cache")


def measure(handlers: int) -> float:
    root = Path(tempfile.mkdtemp(prefix="codegen-bench-"))
    try:
        write_code_base(root, handlers)
        rounds = [one_round(root) for _ in range(ROUNDS)]
        bare, cpu, wall = sorted(rounds, key=lambda figures: figures[1] / figures[0])[ROUNDS // 2]
        generate(root)
        _, unchanged = generate(root)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        split = ", ".join(f"{name} {seconds:.2f}" for name, seconds in stages(root).items() if seconds >= 0.01)
        ratio, each = cpu / bare, cpu / handlers * 1000
        print(
            f"{handlers} handlers: bare parse {bare:.2f} s, generate {cpu:.2f} s CPU ({ratio:.2f}x, {each:.2f} ms each)"
        )
        print(f"  {wall:.2f} s wall, {peak:.0f} MB; unchanged {unchanged:.2f} s wall")
        print(f"  by stage: {split}")
        return cpu / bare
    finally:
        shutil.rmtree(root)


def main() -> None:
    for handlers in [int(argument) for argument in sys.argv[1:]] or [100, 1000]:
        measure(handlers)


if __name__ == "__main__":
    main()
