"""Shows the results: a table of ratios (rich), results.json, and a chart (matplotlib)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.orchestrate import Measured, Workload

OUT = Path(__file__).parent / "out"


def cells(
    workload: Workload, measured: Sequence[Measured], libraries: Sequence[str], database: str
) -> list[str]:
    """One row of the table: name, raw, then for each library both ratios and the time."""
    found = {result.library: result for result in measured}
    raw = found.get("raw")
    base = raw.each if raw else None
    cpu = raw.cpu if raw else None
    row = [workload.name, f"{_show(workload, base)} {workload.unit}"]
    for library in libraries:
        if library == "raw":
            continue
        result = found.get(library)
        if result is None:
            row.append("")
        elif result.each is None:
            row.append("failed")
        elif workload.absolute:
            row.append(_show(workload, result.each))
        else:
            ratios = f"{_over(result.each, base)} / {_over(result.cpu, cpu)}"
            row.append(f"{ratios}  ({_show(workload, result.each)})")
    return [*row, _bar(workload, database)]


def _over(value: float | None, base: float | None) -> str:
    return f"{value / base:.2f}" if value and base else "?"


def _bar(workload: Workload, database: str) -> str:
    bar = workload.bar(database)
    if bar is None:
        return ""
    return f"≤ {bar:g}" + (f" {workload.unit}" if workload.absolute else "")


def _show(workload: Workload, each: float | None) -> str:
    if each is None:
        return "n/a"
    value = each * workload.scale
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"


def table(
    workloads: Sequence[Workload],
    results: Sequence[Measured],
    libraries: Sequence[str],
    title: str,
    database: str,
) -> None:
    header = ["workload", *libraries, "bar"]
    rows = [
        cells(w, [m for m in results if m.workload == w.name], libraries, database)
        for w in workloads
    ]
    try:
        from rich.console import Console
        from rich.table import Table
    except ImportError:
        widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
        print(title)
        for row in [header, *rows]:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
    else:
        shown = Table(title=title)
        for number, name in enumerate(header):
            shown.add_column(name, justify="left" if number == 0 else "right")
        for row in rows:
            shown.add_row(*row)
        Console().print(shown)
    for result in results:
        if result.error:
            print(f"{result.library} {result.workload}: {result.error}")


def write_json(results: Sequence[Measured], settings: dict[str, Any], database: str) -> Path:
    OUT.mkdir(exist_ok=True)
    path = OUT / f"results-{database}.json"
    content = {
        "settings": settings,
        "results": [
            {
                "library": m.library,
                "workload": m.workload,
                "each": m.each,
                "cpu": m.cpu,
                "turns": m.turns,
                "error": m.error,
            }
            for m in results
        ],
    }
    path.write_text(json.dumps(content, indent=1))
    return path


def chart(
    workloads: Sequence[Workload], results: Sequence[Measured], subtitle: str, database: str
) -> list[Path]:
    """Bars of the ratios to raw on a logarithmic axis, the bar of the design as a mark."""
    try:
        import matplotlib as mpl
    except ImportError:
        return []
    mpl.use("Agg")
    from matplotlib import pyplot

    shown = [w for w in workloads if not w.absolute]
    libraries = list(dict.fromkeys(m.library for m in results if m.library != "raw"))
    if not shown or not libraries:
        return []
    each = {(m.library, m.workload): m.each for m in results}
    figure, axes = pyplot.subplots(figsize=(9, 1.2 + 0.55 * len(shown)))
    height = 0.8 / len(libraries)
    colours = {"accord": "#2f6f9f", "sqlalchemy": "#c4c4c4"}
    for index, library in enumerate(libraries):
        ratios = [_ratio(each, library, w.name) for w in shown]
        places = [row + (index - (len(libraries) - 1) / 2) * height for row in range(len(shown))]
        bars = axes.barh(
            places, ratios, height * 0.92, label=library, color=colours.get(library, "#d0a878")
        )
        labels = [f"{ratio:.1f}" if ratio else "" for ratio in ratios]
        axes.bar_label(bars, labels=labels, padding=3, fontsize=8)
    for row, workload in enumerate(shown):
        bar = workload.bar(database)
        if bar:
            axes.plot([bar] * 2, [row - 0.42, row + 0.42], color="#b03030", linewidth=1.5)
    axes.plot([], [], color="#b03030", linewidth=1.5, label="bar of the design")
    axes.axvline(1, color="#333333", linewidth=0.8)
    axes.set_xscale("log")
    ticks = [1, 2, 5, 10, 20, 50]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set_xlim(
        0.8,
        max(
            60,
            1.4
            * max(
                filter(None, (_ratio(each, lib, w.name) for lib in libraries for w in shown)),
                default=1,
            ),
        ),
    )
    axes.set_yticks(range(len(shown)), [w.name for w in shown])
    axes.invert_yaxis()
    axes.set_xlabel("time, ratio to the raw driver (logarithmic; 1 = the driver itself)")
    axes.set_title(f"accord on {subtitle}", fontsize=10, loc="left")
    axes.legend(loc="lower right", fontsize=8, frameon=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.tight_layout()
    paths = [OUT / f"ratios-{database}.{kind}" for kind in ("png", "svg")]
    OUT.mkdir(exist_ok=True)
    for path in paths:
        figure.savefig(path, dpi=130)
    return paths


def _ratio(each: dict[tuple[str, str], float | None], library: str, workload: str) -> float:
    value, raw = each.get((library, workload)), each.get(("raw", workload))
    return value / raw if value and raw else 0.0
