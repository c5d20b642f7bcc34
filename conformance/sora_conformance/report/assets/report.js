"use strict";
// Chooses among the rules and shows exchanges when they are asked for. All text is set as text, never as markup.
(() => {
  const exhibits = JSON.parse(document.getElementById("exhibits").textContent);
  const rules = [...document.querySelectorAll(".rule")];
  const form = document.getElementById("filters");
  const chips = [...form.querySelectorAll("[data-chip]")];
  const [search, level, basis, shown] = ["search", "level", "basis", "shown"].map((id) => document.getElementById(id));
  const texts = new Map(rules.map((rule) => [rule, rule.textContent.toLowerCase()]));

  function choose() {
    const verdicts = chips.filter((chip) => chip.ariaPressed === "true").map((chip) => chip.dataset.chip);
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const rule of rules) {
      const fits = (!verdicts.length || verdicts.includes(rule.dataset.verdict))
        && (!level.value || level.value === rule.dataset.level)
        && (!basis.value || basis.value === rule.dataset.basis)
        && words.every((word) => texts.get(rule).includes(word));
      rule.hidden = !fits;
      count += fits;
    }
    for (const area of document.querySelectorAll(".area")) area.hidden = !area.querySelector(".rule:not([hidden])");
    shown.textContent = count === rules.length ? `${count} rules` : `${count} of ${rules.length} rules`;
  }

  function element(name, className, ...children) {
    const made = document.createElement(name);
    made.className = className;
    made.append(...children);
    return made;
  }

  // Breaks JSON into lines without touching a single token: numbers and escapes stay as they were sent.
  function laidOut(text) {
    try { JSON.parse(text); } catch { return text; }
    let out = "", depth = 0, quoted = false;
    const line = () => "\n" + "  ".repeat(depth);
    for (let at = 0; at < text.length; at += 1) {
      const sign = text[at];
      if (quoted) {
        out += sign === "\\" ? sign + text[at += 1] : sign;
        quoted = sign !== '"';
      } else if (sign === '"') { quoted = true; out += sign;
      } else if (/\s/.test(sign)) { continue;
      } else if ("{[".includes(sign)) {
        const empty = /^\s*[}\]]/.exec(text.slice(at + 1, at + 50));
        if (empty) { out += sign + empty[0].trim(); at += empty[0].length; } else { depth += 1; out += sign + line(); }
      } else if ("}]".includes(sign)) { depth -= 1; out += line() + sign;
      } else { out += sign === "," ? sign + line() : sign === ":" ? ": " : sign; }
    }
    return out;
  }

  function side(name, message) {
    const made = element("div", "side", element("h4", "", name));
    if (typeof message === "string") made.append(element("pre", "", message));
    else {
      const headers = message.headers.map(([key, value]) => `${key}: ${value}`).join("\n");
      made.append(element("pre", "line", message.line));
      if (headers) made.append(element("pre", "headers", headers));
      if (message.body) made.append(element("pre", "body", laidOut(message.body)));
    }
    return made;
  }

  function copyButton(command) {
    const button = element("button", "copy", "Copy");
    button.type = "button";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(command.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(command);
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    return button;
  }

  function exchange(found) {
    const who = { first: "sent with the first key", second: "sent with the second key", bad: "sent with the refused key",
      nobody: "sent without a key" }[found.party];
    const took = `reply after ${Math.round(found.seconds * 1000)} ms`;
    const command = element("pre", "", found.curl);
    return element("div", "exchange",
      element("div", "sides", side(`Request, ${who}`, found.request),
        side(found.response ? `Reply, ${took.slice(6)}` : "No reply", found.response ?? found.failure ?? "none")),
      element("div", "command", command, copyButton(command)));
  }

  document.addEventListener("toggle", ({ target }) => {
    if (!target.open || !target.dataset?.exhibits || target.dataset.built) return;
    target.dataset.built = "yes";
    target.querySelector(".without").replaceWith(...target.dataset.exhibits.split(" ").map((number) => exchange(exhibits[number])));
  }, true);

  function follow() {
    const rule = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!rule?.classList.contains("rule")) return;
    if (rule.hidden) { form.reset(); for (const chip of chips) chip.ariaPressed = "false"; choose(); }
    rule.open = true;
    rule.scrollIntoView();
  }

  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.ariaPressed = chip.ariaPressed === "true" ? "false" : "true";
      choose();
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", choose);
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => {
    for (const rule of rules) if (["FAIL", "ERROR", "WARN"].includes(rule.dataset.verdict)) rule.open = true;
  });
  form.hidden = false;
  choose();
  follow();
})();
