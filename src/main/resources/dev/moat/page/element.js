// Elements of a page. Every text goes in as text, never as markup: names come from files of others.
const SVG = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else if (value === true) {
      node.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      node.setAttribute(name, value);
    }
  }
  node.append(...children.filter((c) => c !== null && c !== undefined && c !== ''));
  return node;
}

function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function button(text, attributes, act) {
  return el('button', { type: 'button', onclick: act, ...attributes }, text);
}

/** Whether a person is writing, so that keys mean letters. */
function isWriting(event) {
  return event.target instanceof Element && event.target.closest('input, textarea, select') !== null;
}

function readData() {
  return JSON.parse(document.getElementById('data').textContent);
}
