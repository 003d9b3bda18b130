// keys moves the map while the focus is on its frame or on a mark in it. At
// its first size arrow keys scroll, as anywhere.
export function keys(map) {
  const steps = { ArrowLeft: [0.1, 0], ArrowRight: [-0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] };
  map.frame.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const near = map.at.k > 1;
    if (e.key === "+" || e.key === "=") map.by(2);
    else if (e.key === "-" && near) map.by(0.5);
    else if (e.key === "Escape" && near) map.by(0.5);
    else if (e.key === "0" && near) map.whole();
    else if (e.key in steps && near) map.pan(...steps[e.key]);
    else return;
    e.preventDefault();
  });
}

// keepFocusInSight moves the map to what gets the focus out of sight.
export function keepFocusInSight(map) {
  map.stage.addEventListener("focusin", (e) => {
    const mark = e.target.getBoundingClientRect(), frame = map.svg.getBoundingClientRect();
    const across = Math.min(mark.right, frame.right) - Math.max(mark.left, frame.left);
    const down = Math.min(mark.bottom, frame.bottom) - Math.max(mark.top, frame.top);
    const enough = 12; // pixels, of which one sees what has the focus
    if (map.at.k <= 1 || across >= Math.min(enough, mark.width) && down >= Math.min(enough, mark.height)) return;
    map.pan((frame.left + frame.right - mark.left - mark.right) / 2 / frame.width, (frame.top + frame.bottom - mark.top - mark.bottom) / 2 / frame.height);
  });
}
