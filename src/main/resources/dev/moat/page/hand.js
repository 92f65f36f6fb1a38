// A machine walked by hand: what can be done next as buttons, beside the steps so far.

class HandView {
  constructor(data, root) {
    this.word = '';
    this.busy = false;
    this.view = new TraceView(data, root, (view) => this.panel(view));
    this.view.moved = () => this.offer();
    this.offer();
  }

  panel(view) {
    this.said = el('p', { class: 'said', id: 'said', role: 'status' });
    this.offers = el('div', { id: 'offers' });
    this.input = el('input', {
      type: 'search', id: 'action-word', placeholder: 'filter actions', 'aria-label': 'filter actions', value: this.word,
      oninput: (e) => {
        this.word = e.target.value;
        this.offer();
      },
    });
    return el('div', { class: 'hand' },
      el('div', { class: 'controls' },
        button('undo', { id: 'undo', title: 'take the last step back (u)', disabled: view.last === 0 }, () => this.undo()),
        button('start again', { id: 'again', disabled: view.last === 0 }, () => this.ask('cut', { length: 0 })),
        button('save', { id: 'save', title: 'save as a counterexample for moat replay', disabled: view.broken < 0 }, () => this.save()),
        button('end', { id: 'finish', title: 'end moat explore' }, () => this.finish())),
      this.said, this.input, this.offers);
  }

  /** What can be done after the last step; where an earlier one is looked at, how to go on from there. */
  offer() {
    const view = this.view ?? null;
    if (view === null) {
      return;
    }
    if (view.at < view.last) {
      this.offers.replaceChildren(el('p', {}, 'You look at an earlier state.'),
        button('go on from here', { id: 'from-here', title: 'takes back the steps after it' }, () => this.ask('cut', { length: view.at })),
        ' ', button('back to the end', {}, () => view.go(view.last)));
      return;
    }
    const data = view.data;
    const word = this.word.trim().toLowerCase();
    const groups = new Map();
    for (const offer of data.offered) {
      if ((offer.name + ' ' + offer.told).toLowerCase().includes(word)) {
        groups.set(offer.group, [...(groups.get(offer.group) ?? []), offer]);
      }
    }
    const shown = [...groups.values()].reduce((n, all) => n + all.length, 0);
    this.offers.replaceChildren(el('p', { class: 'quiet', id: 'offered' },
      data.full ? 'No more steps are kept: undo some.'
        : shown + ' of ' + (data.offered.length + data.unoffered) + ' possible; calls that would come back and change nothing are left out'
          + (data.unoffered > 0 ? ', and ' + data.unoffered + ' more that do not fit here' : '') + '.'),
    ...[...groups].map(([group, offers]) => el('details', { open: offers.length <= 12 || word !== '' || groups.size === 1 },
      el('summary', {}, group, ' ', el('small', {}, String(offers.length))),
      ...offers.map((o) => button(o.name, { class: 'offer', title: o.told, 'data-name': o.name },
        () => this.ask('do', { letter: o.letter }))))));
  }

  async post(what, values) {
    const answer = await fetch(what, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ steps: this.view.last, ...values }),
    });
    return answer.json();
  }

  /** Asks for something and shows the machine as it then is; one thing at a time. */
  async ask(what, values) {
    if (this.busy) {
      return;
    }
    this.busy = true;
    try {
      const answer = await this.post(what, values);
      if (answer.data !== undefined) {
        const scroll = this.offers.parentElement.scrollTop;
        this.view.set(answer.data);
        this.offer();
        this.offers.parentElement.scrollTop = scroll;
      }
      this.said.textContent = answer.message ?? '';
    } catch {
      this.said.textContent = 'moat explore does not answer any more.';
    } finally {
      this.busy = false;
    }
  }

  undo() {
    if (this.view.last > 0) {
      this.ask('cut', { length: this.view.last - 1 });
    }
  }

  async save() {
    try {
      const answer = await this.post('save', {});
      this.said.textContent = answer.saved === undefined ? answer.message : 'Saved. Replay it with: moat replay ' + answer.saved;
    } catch {
      this.said.textContent = 'moat explore does not answer any more.';
    }
  }

  async finish() {
    await this.post('end', {}).catch(() => null);
    this.said.textContent = 'moat explore has ended.';
    this.offers.replaceChildren();
  }
}

(() => {
  const hand = new HandView(readData(), document.getElementById('page'));
  document.addEventListener('keydown', (e) => {
    if (e.key === 'u' && !isWriting(e) && !e.ctrlKey && !e.altKey && !e.metaKey) {
      hand.undo();
    } else {
      hand.view.key(e);
    }
  });
})();
