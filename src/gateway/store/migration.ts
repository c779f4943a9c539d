/** One numbered change of the database's shape. Numbers are never reused and never edited once released. */
export interface IMigration {
  number: number;
  name: string;
  sql: string;
}
