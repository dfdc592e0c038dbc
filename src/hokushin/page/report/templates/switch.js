(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("lookup").textContent);
  const at = (id) => document.getElementById(id);
  const boxes = (kind) => [...document.querySelectorAll(`input[data-${kind}]`)];
  const off = new Set();
  const whole = (n) => n.toLocaleString("en-GB");

  const codes = (text) => {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    return Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i, true));
  };
  const table = data.table && { ...data.table, values: codes(data.table.values), errors: codes(data.table.errors) };
  const keyOf = (names) => JSON.stringify([...names].sort());
  const known = new Map(data.known.map((one) => [keyOf(one.off), one]));

  const fromTable = () => {
    if (!table) return null;
    let number = 0;
    for (const [bit, group] of table.switches.entries()) {
      const gone = data.groups[group].filter((cause) => off.has(cause)).length;
      if (gone === 0) number += 2 ** bit;
      else if (gone < data.groups[group].length) return null;
    }
    return {
      value: table.values[number] / table.levels, error: table.errors[number] * table.error_step,
      source: "made-table", histories: table.histories,
      before: table.values[table.values.length - 1] / table.levels,
    };
  };
  const look = () => {
    if (off.size === 0) return { ...data.now, source: "made-probability" };
    return fromTable() || known.get(keyOf(off)) || null;
  };

  const names = () => {
    const said = [];
    for (const causes of Object.values(data.groups)) {
      for (const cause of causes) if (off.has(cause)) said.push(`“${data.titles[cause]}”`);
    }
    return said.length > 3 ? `${said.length} causes` : said.join(" and ");
  };
  const inUnit = (value) => whole(Math.round(data.unit * value));
  const within = (one) => (one.error === undefined ? "" : ` (±${(data.unit * one.error).toFixed(1)} counting)`);

  const say = (found) => {
    const said = at("said");
    said.textContent = "";
    const number = document.createElement("b");
    if (!found) {
      said.append(`Without ${names()}: this answer did not run that combination. `);
      said.append(table ? "Its table switches whole groups." : "A page written with --full holds every combination of groups.");
      return;
    }
    number.textContent = inUnit(found.value);
    if (off.size === 0) {
      said.append(number, ` in ${whole(data.unit)}${within(found)}, with every cause on.`);
      return;
    }
    const before = found.before === undefined ? data.now.value : found.before;
    said.append(number, ` in ${whole(data.unit)}${within(found)} without ${names()}; with every cause, ${inUnit(before)}`);
    said.append(found.histories ? ` in the same ${whole(found.histories)} histories.` : ".");
  };
  const draw = (found) => {
    const percent = (x) => `${(100 * x).toFixed(2)}%`;
    at("bar").setAttribute("width", found ? percent(found.value) : "0");
    for (const end of ["x1", "x2"]) at("bar-before").setAttribute(end, percent(data.now.value));
    const range = found && found.low !== undefined ? [found.low, found.high] : [0, 0];
    at("bar-range").setAttribute("x1", percent(range[0]));
    at("bar-range").setAttribute("x2", percent(range[1]));
    at("said-source").setAttribute("href", `#${found ? found.source : "made-alone"}`);
    at("top-number").textContent = found ? inUnit(found.value) : "?";
    at("top-range").hidden = off.size > 0;
    at("top-state").textContent = off.size === 0 ? at("top-state").dataset.first : `${off.size} of ${Object.keys(data.titles).length} causes off`;
    at("top-reset").hidden = off.size === 0;
  };
  const show = () => {
    for (const box of boxes("cause")) box.checked = !off.has(box.dataset.cause);
    for (const box of boxes("group")) {
      const causes = data.groups[box.dataset.group];
      const gone = causes.filter((cause) => off.has(cause)).length;
      box.checked = gone < causes.length;
      box.indeterminate = gone > 0 && gone < causes.length;
    }
    const found = look();
    say(found);
    draw(found);
  };
  const keep = () => {
    const state = [...off].sort().map(encodeURIComponent).join(",");
    try {
      history.replaceState(null, "", state ? `#off=${state}` : location.pathname + location.search);
    } catch {
      // A page opened from a place without an address of its own keeps its state to itself.
    }
  };
  const turn = (causes, on) => {
    for (const cause of causes) on ? off.delete(cause) : off.add(cause);
    show();
    keep();
  };

  const everything = Object.keys(data.titles);
  for (const box of boxes("group")) box.addEventListener("change", () => turn(data.groups[box.dataset.group], box.checked));
  for (const box of boxes("cause")) box.addEventListener("change", () => turn([box.dataset.cause], box.checked));
  at("reset").addEventListener("click", () => turn(everything, true));
  at("clear").addEventListener("click", () => turn(everything, false));
  at("top-reset").addEventListener("click", () => {
    turn(everything, true);
    // The button is gone now, and with it the place of the keyboard.
    at("top-reset").nextElementSibling.focus();
  });

  if (location.hash.startsWith("#off=")) {
    for (const part of location.hash.slice(5).split(",")) {
      let name = part;
      try { name = decodeURIComponent(part); } catch { continue; }
      if (everything.includes(name)) off.add(name);
    }
  }
  const open = () => {
    const name = location.hash.slice(1);
    if (!name || name.startsWith("off=")) return;
    const target = at(name);
    if (!target) return;
    for (let box = target; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
    target.scrollIntoView();
  };
  at("top-state").dataset.first = at("top-state").textContent;
  at("switches").hidden = false;
  show();
  addEventListener("hashchange", open);
  open();
})();
