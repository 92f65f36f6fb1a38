// Lanes: a row for each step, a column for everybody who acts or is acted on.
const ROW = 36;
const WIDEST = 60;
const NARROWEST = 46;
const ROOM = 340;
const KINDS = { guest: 'guests', device: 'devices', cpu: 'CPUs', unit: 'units', memory: 'memory' };

/** The width of a lane: many of them leave room for words. */
function laneWidth(data) {
  return Math.max(NARROWEST, Math.min(WIDEST, Math.floor(ROOM / Math.max(1, data.lanes.length))));
}

/** The head of the lanes; a lane's name is a button that shows its steps alone. */
function laneHead(data, chosen, toggle) {
  const head = el('div', { class: 'lanehead', role: 'group', 'aria-label': 'lanes' });
  data.lanes.forEach((lane, i) => {
    const first = i === 0 || data.lanes[i - 1].kind !== lane.kind;
    head.append(el('div', { class: 'lane ' + lane.kind },
      el('small', {}, first ? KINDS[lane.kind] : '\u00a0'),
      button(lane.name, {
        'aria-pressed': chosen.has(i) ? 'true' : 'false',
        title: 'show only steps of ' + lane.name,
      }, () => toggle(i))));
  });
  return head;
}

function arrow(x1, x2, cls) {
  const sign = x2 > x1 ? 1 : -1;
  const y = ROW / 2;
  const tip = x2 - 3 * sign;
  return [
    svg('line', { class: cls, x1: x1 + 7 * sign, y1: y, x2: tip - 4 * sign, y2: y }),
    svg('path', { class: cls + ' tip', d: `M${tip} ${y} l${-7 * sign} -4 v8 z` }),
  ];
}

/** The marks of a step: a circle where it is done, an arrow from who asked, arrows to where something changes. */
function laneMarks(data, step) {
  const lane = laneWidth(data);
  const laneX = (i) => i * lane + lane / 2;
  const width = data.lanes.length * lane;
  const marks = svg('svg', { width, height: ROW, viewBox: `0 0 ${width} ${ROW}`, 'aria-hidden': 'true' });
  // The widest arrow first, so that a nearer tip is not painted over.
  const targets = [...step.to].sort((a, b) => Math.abs(b - step.by) - Math.abs(a - step.by));
  targets.forEach((to) => marks.append(...arrow(laneX(step.by), laneX(to), 'writes')));
  if (step.from >= 0 && step.from !== step.by) {
    marks.append(...arrow(laneX(step.from), laneX(step.by), 'asks'));
    marks.append(svg('circle', { class: 'asker', cx: laneX(step.from), cy: ROW / 2, r: 4 }));
  }
  marks.append(svg('circle', { class: 'actor ' + data.lanes[step.by].kind, cx: laneX(step.by), cy: ROW / 2, r: 7 }));
  return marks;
}

function touches(step, chosen) {
  return chosen.size === 0 || chosen.has(step.by) || chosen.has(step.from) || step.to.some((t) => chosen.has(t));
}

/** Everything that a word may be found in. */
function wordsOf(data, step) {
  const changed = step.changes.filter((c) => c[0] >= 0).map((c) => data.shape.labels[c[0]]);
  return [step.told, step.name, step.result, ...step.steps, ...changed].join(' ').toLowerCase();
}

function stepRow(data, k, broken, choose) {
  const step = data.steps[k - 1];
  const detail = step.steps.map((s) => s.replace(/^.*\//, '')).join(', ');
  const row = el('li', {
    id: 'step-' + k,
    class: 'row' + (broken ? ' broken' : ''),
    role: 'option',
    onclick: () => choose(k),
  },
  el('span', { class: 'number' }, String(k)),
  laneMarks(data, step),
  el('span', { class: 'what', title: step.name + (detail ? ' \u2014 ' + step.steps.join(', ') : '') },
    el('span', { class: 'told' }, detail === '' ? step.told : step.told.replace(/, (up to|which returns) [^,]*$/, '')),
    el('small', {}, detail === '' ? step.name : detail + (step.result === '' ? '' : ' \u2192 ' + step.result))));
  return row;
}
