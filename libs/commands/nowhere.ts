/** A vault reference to no row: reading it takes as long as reading one. */
export const nowhere = { ref: '00000000-0000-4000-8000-000000000000', sha256: '' } as const;
