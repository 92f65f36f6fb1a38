// A trace: story at the top, steps in lanes, the state after the chosen step beside them.

class TraceView {
  /** @param {function} beside makes what stands left of the steps, for a machine that goes on; null for a trace */
  constructor(data, root, beside) {
    this.root = root;
    this.beside = beside;
    this.chosen = new Set();
    this.word = '';
    this.view = { blanks: false, closed: new Set(['Kept for judging: on no real machine']), opened: new Set() };
    this.set(data);
  }

  /** Shows a trace, at its end or where it breaks a promise first. */
  set(data) {
    this.data = data;
    this.states = statesOf(data);
    this.broken = firstBroken(data);
    this.last = data.steps.length;
    this.at = this.beside === null && this.broken >= 0 ? this.broken : this.last;
    this.draw();
  }

  draw() {
    const data = this.data;
    this.list = el('ol', { class: 'steps', role: 'listbox', tabindex: '0', 'aria-label': 'steps' },
      el('li', { id: 'step-0', class: 'row start', role: 'option', onclick: () => this.go(0) },
        el('span', { class: 'number' }, '0'), el('span', { class: 'what' }, 'the start')),
      ...data.steps.map((s, i) => stepRow(data, i + 1, isBroken(data, i + 1), (k) => this.go(k))));
    this.head = el('div', {});
    this.none = el('p', { class: 'quiet', hidden: true }, 'No step fits the filter.');
    this.side = el('div', { class: 'side', id: 'state' });
    this.count = el('span', { class: 'count', id: 'count' });
    const beside = this.beside === null ? '' : this.beside(this);
    this.root.replaceChildren(this.top(), el('div', { class: 'columns' + (beside === '' ? '' : ' three') }, ...[beside].filter((b) => b),
      el('div', { class: 'left' }, el('div', { class: 'above' }, this.controls(), this.head), this.list, this.none), this.side));
    this.root.style.setProperty('--lane', laneWidth(data) + 'px');
    this.root.style.setProperty('--lanes', String(data.lanes.length));
    this.filter();
    this.go(this.at);
  }

  top() {
    const data = this.data;
    const broken = this.broken < 0 ? [] : data.promises.filter((p) => p.holds[this.broken] === 0);
    return el('header', {},
      el('h1', {}, data.title, ' ', el('small', {}, [data.component, ...data.settings, 'granularity ' + data.granularity,
        ...data.faults.map((f) => 'injected: ' + f)].join(' \u00b7 '))),
      el('p', { class: 'verdict ' + (broken.length > 0 ? 'broken' : 'holds'), id: 'verdict' },
        ...(broken.length > 0 ? [el('b', {}, broken.map((p) => p.id).join(', ')), ' broken '
          + (this.broken === 0 ? 'from the start: ' : 'by step ' + this.broken + ': ') + broken[0].says]
          : ['Every promise holds in every state shown here.'])),
      el('details', { class: 'story', id: 'story', open: this.beside === null }, el('summary', {}, 'What happened'),
        ...data.story.map((s) => el('p', {}, ...this.sentence(s))),
        ...data.notes.map((n) => el('p', { class: 'quiet' }, n))));
  }

  /** A sentence; the numbers of steps in it lead there. */
  sentence(text) {
    const parts = [];
    let end = 0;
    for (const found of text.matchAll(/\((\d+)(?:-(\d+))?\)|\(since (\d+)\)/g)) {
      const k = Number(found[2] ?? found[1] ?? found[3]);
      if (k <= this.last) {
        parts.push(text.slice(end, found.index), button(found[0], { class: 'link' }, () => this.go(k)));
        end = found.index + found[0].length;
      }
    }
    return [...parts, text.slice(end)];
  }

  controls() {
    this.input = el('input', {
      type: 'search', id: 'word', placeholder: 'filter by a word  ( / )', 'aria-label': 'filter by a word', value: this.word,
      oninput: (e) => {
        this.word = e.target.value;
        this.filter();
      },
    });
    return el('div', { class: 'controls' },
      button('|\u25c0', { id: 'first', title: 'the start (Home)' }, () => this.go(0)),
      button('\u25c0', { id: 'back', title: 'one step back (left arrow)' }, () => this.move(-1)),
      button('\u25b6', { id: 'forward', title: 'one step on (right arrow)' }, () => this.move(1)),
      button('\u25b6|', { id: 'end', title: 'the end (End)' }, () => this.go(this.last)),
      button('where it breaks', { id: 'violation', title: 'the first state in which a promise is broken (v)', disabled: this.broken < 0 },
        () => this.go(this.broken)),
      this.count, this.input);
  }

  isShown(k) {
    return k === 0 || !document.getElementById('step-' + k).hidden;
  }

  /** Goes to the next step that the filter shows. */
  move(by) {
    let k = this.at + by;
    while (k > 0 && k <= this.last && !this.isShown(k)) {
      k += by;
    }
    if (k >= 0 && k <= this.last) {
      this.go(k);
    }
  }

  filter() {
    const data = this.data;
    this.chosen.forEach((i) => (i >= data.lanes.length ? this.chosen.delete(i) : 0));
    this.head.replaceChildren(laneHead(data, this.chosen, (i) => {
      (this.chosen.has(i) ? this.chosen.delete(i) : this.chosen.add(i));
      this.filter();
    }));
    const word = this.word.trim().toLowerCase();
    let shown = 0;
    data.steps.forEach((step, i) => {
      const fits = touches(step, this.chosen) && (word === '' || wordsOf(data, step).includes(word));
      this.list.children[i + 1].hidden = !fits;
      shown += fits ? 1 : 0;
    });
    this.none.hidden = shown > 0 || data.steps.length === 0;
    this.shown = shown;
    this.tell();
  }

  tell() {
    const hidden = this.last - this.shown;
    this.count.textContent = this.at + ' of ' + this.last + (hidden > 0 ? ' (' + hidden + ' hidden)' : '');
  }

  go(k) {
    this.at = Math.max(0, Math.min(this.last, k));
    for (const row of this.list.children) {
      const here = row.id === 'step-' + this.at;
      row.classList.toggle('here', here);
      row.setAttribute('aria-selected', here ? 'true' : 'false');
      if (here) {
        row.scrollIntoView({ block: 'nearest' });
      }
    }
    this.tell();
    this.show();
    this.moved?.();
  }

  show() {
    const data = this.data;
    const k = this.at;
    const step = k === 0 ? null : data.steps[k - 1];
    const scroll = this.side.scrollTop;
    const programs = programPanel(data, this.states[k], step, this.view);
    this.side.replaceChildren(
      el('h2', {}, k === 0 ? 'At the start' : 'After step ' + k),
      step === null ? '' : el('p', { class: 'did' }, step.told, el('br', {}), el('code', {}, step.name),
        step.steps.length === 0 ? '' : el('small', {}, ' ran ', ...step.steps.flatMap((s, i) => [i === 0 ? '' : ', ',
          button(s, { class: 'link', title: 'its line in the program' }, () => showLines(programs, s))])),
        step.result === '' ? '' : el('small', {}, ', status ' + step.result)),
      programs,
      promisesPanel(data, k, this.view, (i) => this.go(i)),
      meaningPanel(data, k),
      el('label', { class: 'quiet' }, el('input', {
        type: 'checkbox', id: 'blanks', checked: this.view.blanks,
        onchange: (e) => {
          this.view.blanks = e.target.checked;
          this.show();
        },
      }), ' empty places too'),
      placesPanel(data, this.states, k, this.view));
    showLines(programs);
    this.side.scrollTop = scroll;
  }

  key(event) {
    if (isWriting(event) || event.ctrlKey || event.altKey || event.metaKey) {
      if (event.key === 'Escape') {
        event.target.blur();
      }
      return;
    }
    const keys = {
      ArrowLeft: () => this.move(-1),
      ArrowUp: () => this.move(-1),
      ArrowRight: () => this.move(1),
      ArrowDown: () => this.move(1),
      Home: () => this.go(0),
      End: () => this.go(this.last),
      v: () => (this.broken >= 0 ? this.go(this.broken) : 0),
      '/': () => this.input.focus(),
    };
    if (Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    }
  }
}

function showTrace() {
  const view = new TraceView(readData(), document.getElementById('page'), null);
  document.addEventListener('keydown', (e) => view.key(e));
  const number = /^#step=(\d{1,6})$/.exec(window.location.hash);
  if (number !== null) {
    view.go(Number(number[1]));
  }
  return view;
}
