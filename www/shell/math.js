// Equations of the catalogue.

/** MathML, the inside of its `math` element, as an element. */
export function math(inside) {
  const text = `<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">${inside}</math>`;
  return document.importNode(new DOMParser().parseFromString(text, 'application/xml').documentElement, true);
}
