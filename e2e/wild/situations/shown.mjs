export const shown = [];
