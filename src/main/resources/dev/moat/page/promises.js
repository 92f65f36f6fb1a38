// The promises: which hold in a state, and of one that is broken each fact that breaks it, as it is in that state.

function isBroken(data, k) {
  return data.promises.some((p) => p.holds[k] === 0);
}

/** The first state in which a promise is broken, or -1. */
function firstBroken(data) {
  for (let k = 0; k <= data.steps.length; k++) {
    if (isBroken(data, k)) {
      return k;
    }
  }
  return -1;
}

/** Since which step something is as it is in a state, 0 for the start. */
function since(values, k) {
  let at = k;
  while (at > 0 && values[at - 1] === values[k]) {
    at--;
  }
  return at;
}

function strip(values, k, choose) {
  return el('span', { class: 'strip' }, ...values.map((v, i) => el('i', {
    class: (v === 1 ? 'so' : 'not') + (i === k ? ' here' : ''),
    title: (i === 0 ? 'at the start' : 'after step ' + i) + ': ' + (v === 1 ? 'so' : 'not so'),
    onclick: () => choose(i),
  })));
}

function factRow(fact, k, choose) {
  const so = fact.so[k] === 1;
  return el('li', { class: so ? 'so' : 'not' },
    el('b', {}, so ? '\u2713 ' : '\u2717 '), fact.says,
    el('small', {}, ' ' + fact.formula + (so ? '' : ' is not so yet')),
    strip(fact.so, k, choose));
}

function promiseOf(promise, k, view, choose) {
  const broken = promise.holds[k] === 0;
  const ever = promise.holds.includes(0);
  const at = since(promise.holds, k);
  return el('details', {
    class: 'promise ' + (broken ? 'broken' : 'holds'),
    id: 'promise-' + promise.id,
    open: ever ? !view.closed.has(promise.id) : view.opened.has(promise.id),
    ontoggle: (e) => {
      const open = e.target.open;
      (open ? view.opened : view.closed).add(promise.id);
      (open ? view.closed : view.opened).delete(promise.id);
    },
  },
  el('summary', {}, el('b', {}, broken ? 'BROKEN ' : 'holds '), promise.id,
    broken && at > 0 ? ' since step ' + at : '', ' ', el('span', { class: 'says' }, promise.says)),
  promise.facts.length === 0 ? '' : el('div', {},
    el('p', { class: 'quiet' }, 'It is broken when all of this is so; what stands here is how it is in this state:'),
    el('ul', { class: 'facts' }, ...promise.facts.map((f) => factRow(f, k, choose)))),
  promise.text === undefined && promise.lines.length > 0 && promise.facts.length === 0 ? el('pre', {}, promise.lines.join('\n')) : '',
  promise.text === undefined ? '' : el('details', { class: 'text' },
    el('summary', {}, 'its text, as it is judged'), el('p', { class: 'quiet' }, promise.source), el('pre', {}, promise.text),
    promise.lines.length === 0 ? '' : el('p', { class: 'quiet' }, 'With its values, in the first state that breaks it:'),
    promise.lines.length === 0 ? '' : el('pre', { class: 'values' }, promise.lines.join('\n'))));
}

/** Those that are broken somewhere one by one; of those that never are, when there are many, the names. */
function promisesPanel(data, k, view, choose) {
  const ever = data.promises.filter((p) => p.holds.includes(0));
  const kept = data.promises.filter((p) => !p.holds.includes(0));
  const shown = (all) => all.map((p) => promiseOf(p, k, view, choose));
  if (kept.length <= 3) {
    return el('section', { class: 'promises' }, ...shown(ever), ...shown(kept));
  }
  return el('section', { class: 'promises' }, ...shown(ever), el('details', {
    class: 'promise holds kept',
    open: view.opened.has('kept'),
    ontoggle: (e) => (e.target.open ? view.opened.add('kept') : view.opened.delete('kept')),
  },
  el('summary', {}, el('b', {}, 'hold '), ...kept.map((p) => el('span', { class: 'name', title: p.says }, '\u2713\u00a0' + p.id + ' '))),
  ...shown(kept)));
}
