// A script that a page can do without, such as that of the map, comes when the
// page is there: named by data-script, it takes nothing of the line before the
// page is painted. Without it the page works as it is.
"use strict";

for (const on of document.querySelectorAll("[data-script]")) {
  const fetchIt = () => {
    const script = document.createElement("script");
    script.src = on.dataset.script;
    document.body.append(script);
  };
  const whenIdle = () => (window.requestIdleCallback ?? setTimeout)(fetchIt);
  if (document.readyState === "complete") whenIdle();
  else addEventListener("load", whenIdle);
}
