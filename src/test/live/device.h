/* The machine's DMA devices, which domain 0 drives by ports whoever they are assigned to. */
#ifndef DEVICE_H
#define DEVICE_H

#include "domain.h"

enum { DEVICES = 2 };

/* Finds the devices: PCI 00:04.0 is e0, 00:05.0 is e1. */
void start_devices(void);
/* What the device may do with a frame, by a write and a read of it: bit 0 the read, bit 1 the write succeeds. */
u32 measure(u32 device, u64 frame);
/* A place in QEMU's trace: a hypercall begins (1) or ends (0). */
void mark(u32 begins);

s64 assign(u32 device, u32 to);
s64 deassign(u32 device, u32 from);
/* The domain was destroyed, and its devices taken away. */
void lose_devices(u32 of);

#endif
