// What all measurements share: medians, percentiles, and tables in Markdown, as they stand in docs/size.md.

/** The value below which `share` of them are. */
export const percentile = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
export const median = (values) => percentile(values, 0.5);

export const whole = (value) => Math.round(value).toLocaleString('en-US');

/** A table in Markdown. */
export const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
