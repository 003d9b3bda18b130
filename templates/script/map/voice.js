// counted fills a message for a number, in the plural form and the digits of
// the page.
export function counted(map, key, n, words = {}) {
  const forms = map.data.say[key];
  const form = n === 0 && forms.zero ? "zero" : new Intl.PluralRules(document.documentElement.lang).select(n);
  // Words that run the other way are kept together.
  const apart = document.documentElement.dir === "rtl" ? (s) => `\u2068${s}\u2069` : (s) => s;
  let text = (forms[form] ?? forms.other).replaceAll("{n}", digits(map, n));
  for (const [name, value] of Object.entries(words)) text = text.replaceAll(`{${name}}`, apart(value));
  return text;
}

export const digits = (map, n) => String(n).replace(/\d/g, (d) => map.data.digits[d]);

// voice says, to those who do not see it, what is in sight after the map has
// moved: once things are still for half a second.
export function voice(map) {
  const status = document.createElement("p");
  status.className = "away";
  status.setAttribute("role", "status");
  map.figure.after(status);
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!map.data) return;
      const { x0, y0, x1, y1 } = map.view();
      const seen = new Set(map.data.places.filter((p) => p.x >= x0 && p.x <= x1 && p.y >= y0 && p.y <= y1).flatMap((p) => p.entries));
      status.textContent = counted(map, "view", seen.size, { zoom: digits(map, Math.round(map.at.k * 10) / 10) });
    }, 500);
  };
}
