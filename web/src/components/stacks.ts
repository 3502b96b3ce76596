// What a picture of hours or days is drawn from.

/** A part of a bar, from the bottom; in units of the picture's height. */
export interface Part {
  y: number;
  height: number;
}

/** For each point the parts of its bar, one on the other; the highest bar is as high as the picture. */
export function stacks(points: number[][], height: number): Part[][] {
  const highest = Math.max(1, ...points.map((values) => values.reduce((sum, value) => sum + value, 0)));
  const scaled = (value: number) => Math.round((value / highest) * height * 100) / 100;
  return points.map((values) => {
    let top = height;
    return values.map((value) => {
      const part = scaled(value);
      top = Math.round((top - part) * 100) / 100;
      return { y: top, height: part };
    });
  });
}
