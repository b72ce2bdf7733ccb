"""The container that puts every panel where a pure function says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual.events import Resize
from textual.geometry import NULL_OFFSET, NULL_SPACING, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from tuinet.tui.arrangement import Arrangement

Plan = Callable[[int, int], Arrangement]


class PlannedLayout(Layout):
    """Children go to the region that the plan has for their id; those it leaves out are not shown."""

    name = "planned"

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.applied: Arrangement = {}

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """The placement of every child that is shown."""
        regions = self.applied = self._plan(size.width, size.height)
        return [
            WidgetPlacement(regions[child.id], NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if child.id in regions
        ]


class PanelGrid(Widget):
    """Holds the panels of a screen."""

    def __init__(self, *panels: Widget, plan: Plan) -> None:
        super().__init__(*panels)
        self._plan = plan
        self._planned = PlannedLayout(plan)

    @property
    def layout(self) -> Layout:
        """The planned layout, whatever the style sheet says."""
        return self._planned

    @property
    def _room(self) -> Size:
        """Its size; before the first layout that of the terminal, so that the first frame has everything."""
        return self.size or self.app.size

    def on_resize(self, event: Resize) -> None:
        """Show and hide what the new size calls for."""
        self.rearrange()

    def add(self, panels: Iterable[Widget], order: Sequence[str]) -> None:
        """Take more panels; those of these names come first, in their order."""
        self.mount(*panels)
        self.sort_children(key=lambda panel: order.index(panel.id) if panel.id in order else len(order))
        self.rearrange()

    def follow_plan(self) -> None:
        """Rearrange where the plan is no longer what is on the screen."""
        if self._plan(*self._room) != self._planned.applied:
            self.rearrange()

    def rearrange(self) -> None:
        """Show and place the panels as the plan has them now."""
        regions = self._plan(*self._room)
        for panel in self.children:
            panel.display = panel.id in regions
        # Textual keeps the last arrangement of a widget until one of its children wants another.
        for panel in self.children:
            panel.refresh(repaint=False, layout=True)
