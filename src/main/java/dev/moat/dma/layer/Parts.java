package dev.moat.dma.layer;

/** What the calls of drivers work on. */
record Parts(LayerState state, Iovas iovas, FlushQueues queues, Groups groups, Heap heap) {}
