export const pageState = [];
