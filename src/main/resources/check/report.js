'use strict';
{
  const copy = async (button) => {
    const field = document.getElementById(button.dataset.from);
    const status = button.parentElement.querySelector('[role=status]');
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      status.textContent = 'copied';
    } catch {
      // A page from a file may not use the clipboard; the selection can be copied by hand.
      status.textContent = document.execCommand('copy') ? 'copied' : 'selected';
    }
  };

  class Stepper {
    constructor(element) {
      this.element = element;
      this.rows = [...element.querySelectorAll('.steps tr[tabindex]')];
      this.threads = [...element.querySelectorAll('thead th')].slice(1).map((head) => head.textContent);
      this.unfold = element.querySelector('.unfold');
      this.folds = [...element.querySelectorAll('.fold button')];
      this.current = 0;
      this.unfold.parentElement.hidden = this.folds.length === 0;
      this.unfold.addEventListener('change', () => this.folds.forEach((fold) => this.fold(fold, this.unfold.checked)));
      for (const fold of this.folds) {
        this.fold(fold, false);
        fold.addEventListener('click', () => this.fold(fold, fold.getAttribute('aria-expanded') !== 'true'));
      }
      this.rows.forEach((row, i) => row.addEventListener('click', () => this.select(i, true)));
      element.querySelector('.steps').addEventListener('keydown', (event) => this.key(event));
      for (const button of element.querySelectorAll('[data-move]')) {
        button.addEventListener('click', () => this.move(button.dataset.move, false));
      }
      const last = this.rows.length - 1;
      if (last >= 0) this.select(this.isShown(last) ? last : this.next(last, -1, () => true), false);
      // At first only the table is scrolled, not the page.
      const steps = element.querySelector('.steps');
      steps.scrollTop = steps.scrollHeight;
      this.ready = true;
    }

    fold(button, open) {
      button.setAttribute('aria-expanded', String(open));
      document.getElementById(button.getAttribute('aria-controls')).hidden = !open;
      if (this.ready && !this.isShown(this.current)) {
        const before = this.next(this.current, -1, () => true);
        this.select(before === this.current ? this.next(this.current, 1, () => true) : before, false);
      }
    }

    isShown(i) {
      return !this.rows[i].parentElement.hidden;
    }

    /** The nearest row that is shown and wanted, in a direction; the current one if there is none. */
    next(from, direction, wanted) {
      for (let i = from + direction; i >= 0 && i < this.rows.length; i += direction) {
        if (this.isShown(i) && wanted(i)) return i;
      }
      return from;
    }

    /** Whether another thread took the step before. */
    isSwitch(i) {
      return i === 0 || this.rows[i - 1].dataset.thread !== this.rows[i].dataset.thread;
    }

    move(name, focus) {
      const to = {
        back: () => this.next(this.current, -1, () => true),
        forward: () => this.next(this.current, 1, () => true),
        'switch-back': () => this.next(this.current, -1, (i) => this.isSwitch(i)),
        'switch-forward': () => this.next(this.current, 1, (i) => this.isSwitch(i)),
        first: () => this.next(-1, 1, () => true),
        last: () => this.next(this.rows.length, -1, () => true),
      }[name];
      this.select(to(), focus);
    }

    key(event) {
      const name = {
        ArrowUp: 'back', ArrowDown: 'forward', ArrowLeft: 'switch-back', ArrowRight: 'switch-forward',
        Home: 'first', End: 'last',
      }[event.key];
      if (name && !event.altKey && !event.ctrlKey && !event.metaKey && event.target.matches('tr')) {
        event.preventDefault();
        this.move(name, true);
      }
    }

    select(i, focus) {
      if (i < 0 || i >= this.rows.length) return;
      const before = this.rows[this.current];
      before.tabIndex = -1;
      before.setAttribute('aria-selected', 'false');
      this.current = i;
      const row = this.rows[i];
      row.tabIndex = 0;
      row.setAttribute('aria-selected', 'true');
      if (focus) row.focus();
      if (this.ready) row.scrollIntoView({ block: 'nearest' });
      this.show(row);
    }

    show(row) {
      const cells = row.cells;
      this.element.querySelector('.now').textContent =
        `step ${cells[0].textContent}: ${this.threads[row.dataset.thread]} ${cells[cells.length - 1].textContent}`;
      this.element.querySelector('.functions').replaceChildren(
        ...row.dataset.functions.split('\n').filter((name) => name).map((name) => {
          const item = document.createElement('li');
          item.textContent = name;
          return item;
        }));
      const memory = new Map();
      for (const step of this.rows.slice(0, this.current + 1)) {
        if (step.dataset.address) memory.set(step.dataset.address, step.dataset.value);
      }
      this.element.querySelector('.memory').hidden = memory.size === 0;
      this.element.querySelector('.memory tbody').replaceChildren(
        ...[...memory].sort(([a], [b]) => Number(a) - Number(b)).map(([address, value]) => {
          const line = document.createElement('tr');
          line.className = address === row.dataset.address ? 'touched' : '';
          for (const text of [address, value]) line.insertCell().textContent = text;
          return line;
        }));
    }
  }

  document.querySelectorAll('.copy').forEach((button) => button.addEventListener('click', () => copy(button)));
  document.querySelectorAll('.stepper').forEach((element) => new Stepper(element));
}
