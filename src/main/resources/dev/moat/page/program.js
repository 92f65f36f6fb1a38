// The programs that run, as in a debugger: the line that each CPU is at, and the lines that the chosen step has run.

/** For each step the CPUs that run it next. */
function cpusAt(data, state) {
  const at = new Map();
  for (const cpu of data.cpus) {
    const step = cpu.place < 0 ? '' : data.texts[state[cpu.place]];
    at.set(step, [...(at.get(step) ?? []), cpu.name]);
  }
  return at;
}

function programLine(line, at, ran, first) {
  const cpus = line.steps.flatMap((s) => at.get(s) ?? []);
  const classes = [cpus.length > 0 ? 'at' : '', line.steps.some((s) => ran.has(s)) ? 'ran' : ''];
  return el('tr', { class: classes.join(' ').trim(), 'data-steps': line.steps.join(' ') },
    el('td', { class: 'cpu' }, first ? cpus.join(' ') : ''), ...line.cells.map((c) => el('td', {}, c)));
}

/** The programs of what runs after a step, or ran in it. */
function programPanel(data, state, step, view) {
  const at = cpusAt(data, state);
  const ran = new Set(step === null ? [] : step.steps);
  const panel = el('section', { class: 'programs' });
  for (const program of data.programs) {
    const [titles, ...lines] = program.lines;
    const runs = lines.some((line) => line.steps.some((s) => at.has(s) || ran.has(s)));
    if (runs) {
      let before = '';
      panel.append(el('details', {
        open: !view.closed.has('program ' + program.operation),
        ontoggle: (e) => (e.target.open ? view.closed.delete('program ' + program.operation) : view.closed.add('program ' + program.operation)),
      }, el('summary', {}, 'Program of ' + program.operation),
      el('div', { class: 'lines-of-program' }, el('table', { class: 'program' },
        el('thead', {}, el('tr', {}, el('th', {}), ...titles.cells.map((c) => el('th', { scope: 'col' }, c)))),
        el('tbody', {}, ...lines.map((line) => {
          // A step of several lines has its CPU at the first one.
          const steps = line.steps.join(' ');
          const first = steps !== before;
          before = steps;
          return programLine(line, at, ran, first);
        }))))));
    }
  }
  return panel;
}

/** Brings the lines that ran, else those that run next, into sight; of a step when it is named. */
function showLines(panel, name) {
  for (const box of panel.querySelectorAll('.lines-of-program')) {
    const rows = [...box.querySelectorAll('tbody tr')];
    const row = rows.find((r) => name !== undefined && r.dataset.steps.split(' ').includes(name))
      ?? rows.find((r) => r.classList.contains('ran')) ?? rows.find((r) => r.classList.contains('at'));
    if (row !== undefined) {
      box.scrollTop = row.offsetTop - box.clientHeight / 3;
    }
  }
}
