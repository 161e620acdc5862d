/** What we use of Web Bluetooth, and where thermal printers listen. Browsers' types don't have it yet. */

export interface Characteristic extends EventTarget {
  readonly uuid: string;
  readonly properties: {
    readonly write: boolean;
    readonly writeWithoutResponse: boolean;
    readonly notify: boolean;
    readonly indicate?: boolean;
  };
  readonly value?: DataView;
  /** Settles when the printer has confirmed it. */
  writeValueWithResponse(value: BufferSource): Promise<void>;
  /** Settles when the radio has taken it. */
  writeValueWithoutResponse(value: BufferSource): Promise<void>;
  startNotifications(): Promise<unknown>;
}
export interface Service {
  getCharacteristics(): Promise<readonly Characteristic[]>;
}
export interface Gatt {
  readonly connected: boolean;
  connect(): Promise<Gatt>;
  disconnect(): void;
  getPrimaryService(uuid: string): Promise<Service>;
}
export interface Device extends EventTarget {
  readonly id: string;
  readonly name?: string;
  readonly gatt?: Gatt;
}
export interface Radio {
  requestDevice(asked: {
    filters?: readonly { services: readonly string[] }[];
    acceptAllDevices?: boolean;
    optionalServices: readonly string[];
  }): Promise<Device>;
  /** Chrome remembers what it was allowed; older ones don't. */
  getDevices?(): Promise<readonly Device[]>;
}

const short = (number: string): string => `0000${number}-0000-1000-8000-00805f9b34fb`;

/** Serial services of thermal printers and what is written to in each, the printers' own first; what they answer by notifies in the same service. */
export const PLACES: readonly { readonly service: string; readonly write: string }[] = [
  { service: short("18f0"), write: short("2af1") },
  { service: short("ff00"), write: short("ff02") },
  { service: "e7810a71-73ae-499d-8c15-faa9aef0c3f2", write: "bef8d6c9-9c21-4c9e-b632-bd58c1009f9f" },
  { service: "49535343-fe7d-4ae5-8fa9-9fafd205e455", write: "49535343-8841-43f4-a8d4-ecbe34729bb3" },
  { service: short("ffe0"), write: short("ffe1") },
];
export const SERVICES: readonly string[] = PLACES.map((place) => place.service);

/** The phone's radio; null where the browser has none to give. */
export const radio = (): Radio | null => (navigator as Navigator & { bluetooth?: Radio }).bluetooth ?? null;
