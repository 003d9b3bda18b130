// svgElement makes an element of SVG with its attributes and what is in it.
export function svgElement(name, attributes = {}, ...inside) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) if (value !== "") node.setAttribute(key, value);
  node.append(...inside);
  return node;
}
