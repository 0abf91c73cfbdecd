"use strict";
// Filters and sorts the columns. Everything is on the page without it.
(() => {
  const form = document.getElementById("filter");
  const table = document.getElementById("glance");
  const body = table.tBodies[0];
  const lines = [...body.rows].map((row) => {
    const card = document.querySelector(row.querySelector("a").getAttribute("href"));
    return { row, card, label: row.querySelector("th").textContent.toLowerCase() };
  });
  if (lines.length < 2) return;

  const filter = () => {
    const wanted = form.label.value.trim().toLowerCase();
    let shown = 0;
    for (const { row, card, label } of lines) {
      const fits =
        label.includes(wanted) &&
        (!form.type.value || card.dataset.type === form.type.value) &&
        (!form.flawed.checked || "flawed" in card.dataset);
      row.hidden = card.hidden = !fits;
      shown += fits;
    }
    form.querySelector("output").value = `${shown} of ${lines.length} columns`;
  };

  const valueOf = (row, at) => {
    const cell = row.cells[at];
    const text = cell.dataset.value ?? cell.textContent.trim().replaceAll(",", "");
    return text !== "" && !isNaN(text) ? Number(text) : text;
  };
  const compare = (one, other) =>
    typeof one === typeof other
      ? typeof one === "number" ? one - other : one.localeCompare(other)
      : typeof one === "number" ? -1 : 1;

  const sort = (heading, at) => {
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = lines.map(({ row }) => row);
    rows.sort((one, other) => compare(valueOf(one, at), valueOf(other, at)) * (down ? -1 : 1));
    body.append(...rows);
  };

  [...table.tHead.rows[0].cells].forEach((heading, at) => {
    if (heading.textContent === "Distribution") return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => sort(heading, at));
  });
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();
})();
