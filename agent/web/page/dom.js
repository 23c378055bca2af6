// The only ways in which this page writes: text, never markup, for peers choose what they are called.

/** @type {(id: string) => HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

/** Leaves equal text alone, so that a selection and a screen reader are not disturbed. @type {(element: Element, text: string) => void} */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @typedef {string | { text: string, kind?: string, span?: number }} Cell A kind is a CSS class.
 * @typedef {{ cells: Cell[], kind?: string }} Row
 */

/** Makes the table body say `rows`, using the elements that are there. @type {(body: Element, rows: Row[]) => void} */
export function fillRows(body, rows) {
  fit(body, "tr", rows.length);
  rows.forEach(({ cells, kind = "" }, at) => {
    const row = /** @type {Element} */ (body.children[at]);
    row.className = kind;
    fit(row, "td", cells.length);
    cells.forEach((cell, column) => {
      const given = typeof cell === "string" ? { text: cell } : cell;
      const element = /** @type {HTMLTableCellElement} */ (row.children[column]);
      element.className = given.kind ?? "";
      element.colSpan = given.span ?? 1;
      setText(element, given.text);
    });
  });
}

/** A list of facts: term and description, in pairs. @type {(list: Element, facts: [string, Cell][]) => void} */
export function fillFacts(list, facts) {
  fit(list, "div", facts.length);
  facts.forEach(([term, cell], at) => {
    const pair = /** @type {Element} */ (list.children[at]);
    if (pair.children.length === 0) {
      pair.append(document.createElement("dt"), document.createElement("dd"));
    }
    const given = typeof cell === "string" ? { text: cell } : cell;
    setText(/** @type {Element} */ (pair.children[0]), term);
    const description = /** @type {Element} */ (pair.children[1]);
    description.className = given.kind ?? "";
    setText(description, given.text);
  });
}

/** @type {(list: Element, items: readonly string[]) => void} */
export function fillList(list, items) {
  fit(list, "li", items.length);
  items.forEach((item, at) => {
    setText(/** @type {Element} */ (list.children[at]), item);
  });
}

/**
 * @typedef {{ name: string, text: string, ratio: number | null, kind?: string }} Meter
 * A null ratio is not known: no bar.
 */

/** @type {(list: Element, meters: Meter[]) => void} */
export function fillMeters(list, meters) {
  fit(list, "div", meters.length);
  meters.forEach(({ name, text, ratio, kind = "" }, at) => {
    const meter = /** @type {Element} */ (list.children[at]);
    if (meter.children.length === 0) meter.append(...meterParts());
    const [label, value, bar] = /** @type {HTMLElement[]} */ ([...meter.children]);
    meter.className = `meter ${kind}`;
    setText(label, name);
    setText(value, text);
    bar.hidden = ratio === null;
    const percent = Math.round(100 * Math.min(1, Math.max(0, ratio ?? 0)));
    bar.setAttribute("aria-label", name);
    bar.setAttribute("aria-valuenow", String(percent));
    bar.setAttribute("aria-valuetext", text);
    /** @type {HTMLElement} */ (bar.firstElementChild).style.width = `${percent}%`;
  });
}

function meterParts() {
  const [label, value, bar] = ["span", "span", "div"].map((tag) => document.createElement(tag));
  value.className = "value";
  bar.className = "bar";
  bar.setAttribute("role", "meter");
  bar.setAttribute("aria-valuemin", "0");
  bar.setAttribute("aria-valuemax", "100");
  bar.append(document.createElement("div"));
  return [label, value, bar];
}

/** @type {(parent: Element, tag: string, count: number) => void} */
function fit(parent, tag, count) {
  while (parent.children.length > count) parent.lastElementChild?.remove();
  while (parent.children.length < count) parent.append(document.createElement(tag));
}
