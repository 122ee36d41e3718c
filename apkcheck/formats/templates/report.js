"use strict";
(() => {
  const filter = document.getElementById("filter");
  const findings = [...document.querySelectorAll("article.finding")];
  const fold = (text) => text.normalize("NFKC").toLowerCase();

  const apply = () => {
    const data = new FormData(filter);
    const severities = new Set(data.getAll("severity"));
    const words = fold(data.get("words") || "").split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const finding of findings) {
      const at = finding.dataset;
      const fits = severities.has(at.severity)
        && (!data.get("kind") || data.get("kind") === at.kind)
        && (!data.get("rule") || data.get("rule") === at.rule)
        && words.every((word) => fold(at.words).includes(word));
      finding.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    document.getElementById("shown").value = `${shown} / ${findings.length}`;
    document.getElementById("nothing").hidden = shown > 0 || findings.length === 0;
  };

  const only = (severity, rule) => {
    filter.reset();
    for (const box of filter.elements.severity) box.checked = !severity || box.value === severity;
    filter.elements.rule.value = rule || "";
    apply();
  };

  if (filter) {
    filter.addEventListener("input", apply);
    filter.addEventListener("submit", (event) => event.preventDefault());
    filter.addEventListener("reset", () => setTimeout(apply));
    document.addEventListener("click", (event) => {
      const link = event.target.closest("[data-only], a[data-rule]");
      if (link) only(link.dataset.only, link.dataset.rule);
    });
    apply();
  }

  // A link may lead to what a filter hides or a closed part holds: show it first.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.matches("article.finding") && target.hidden) only();
    for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    for (const old of document.querySelectorAll(".here")) old.classList.remove("here");
    let marked = target;
    while (marked && marked.matches("a.anchor")) marked = marked.nextElementSibling;
    if (marked) marked.classList.add("here");
    target.scrollIntoView({ block: target.matches("a.anchor") ? "center" : "start" });
  };
  window.addEventListener("hashchange", reveal);
  reveal();

  // What a marked passage states is shown below the text, from the table of claims.
  const panel = document.getElementById("panel");
  const show = (mark) => {
    const table = document.querySelector("#claims table");
    if (!table) return;
    panel.querySelector("thead").replaceChildren(...[...table.tHead.rows].map((row) => row.cloneNode(true)));
    const rows = mark.dataset.claims.split(" ").map((id) => table.querySelector(`tr[data-claim="${CSS.escape(id)}"]`));
    panel.querySelector("tbody").replaceChildren(...rows.filter(Boolean).map((row) => row.cloneNode(true)));
    panel.hidden = false;
  };
  document.addEventListener("click", (event) => {
    const mark = event.target.closest("mark[data-claims]");
    if (mark) show(mark);
  });
  document.getElementById("close").addEventListener("click", () => { panel.hidden = true; });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") panel.hidden = true; });

  let opened = [];
  window.addEventListener("beforeprint", () => {
    // What clauses say is printed once, in the list of all that are cited; and the table of claims
    // is longer than the policy, which has them marked.
    opened = [...document.querySelectorAll("details:not([open], .clauses, .bulk)")];
    for (const part of opened) part.open = true;
  });
  window.addEventListener("afterprint", () => { for (const part of opened) part.open = false; });
})();
