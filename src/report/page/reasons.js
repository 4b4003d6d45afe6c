// Looks up why a cell of the matrix says what it says.
page.readReasons =
  ({ texts, lines, reasons, patterns, rows }) =>
  (row, column, who) => {
    const [pattern, ...ownLines] = rows[row];
    const [claim, steps, missing] = reasons[patterns[pattern][column]];
    const textOf = (text) => texts[text].replaceAll("@", who);
    const stepOf = ([text, line]) => ({ text: textOf(text), line: lines[line < 0 ? ownLines[-1 - line] : line] });
    return { claim: textOf(claim), steps: steps.map(stepOf), missing: missing && stepOf(missing) };
  };
