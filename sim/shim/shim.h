// What Rust sees of a Verilated model: a table of functions for each top, and its ports as plain memory.
// The build script lists the tops and their ports; `src/ffi.rs` is the other side of `Functions`.

#ifndef SHP_SIM_SHIM_H
#define SHP_SIM_SHIM_H

#include <cstdint>

#include <verilated.h>
#include <verilated_vcd_c.h>

struct Functions {
    void* (*create)();
    void (*destroy)(void* model);
    void (*evaluate)(void* model);
    void* (*port)(void* model, uint32_t index);
    bool (*trace_open)(void* model, const char* file);
    void (*trace_sample)(void* model, uint64_t time);
    void (*trace_close)(void* model);
};

// A model with a context of its own, so that models in several threads know nothing of each other.
template <class Top>
struct Model {
    VerilatedContext context;
    Top* top = nullptr;
    VerilatedVcdC* trace = nullptr;

    Model() {
        context.traceEverOn(true);  // has to be said before the model is made
        context.randReset(2);       // what has no initial value starts at random,
        context.randSeed(1);        // the same in every run
        top = new Top{&context};
    }

    ~Model() {
        trace_close();
        top->final();
        delete top;
    }

    bool trace_open(const char* file) {
        trace_close();
        trace = new VerilatedVcdC;
        top->trace(trace, 99);  // levels of the hierarchy: all
        trace->open(file);
        return trace->isOpen();
    }

    void trace_close() {
        delete trace;  // its destructor writes what is left
        trace = nullptr;
    }
};

template <class Top>
constexpr Functions functions() {
    using M = Model<Top>;
    return {
        []() -> void* { return new M; },
        [](void* model) { delete static_cast<M*>(model); },
        [](void* model) { static_cast<M*>(model)->top->eval(); },
        [](void* model, uint32_t index) -> void* { return port(*static_cast<M*>(model)->top, index); },
        [](void* model, const char* file) { return static_cast<M*>(model)->trace_open(file); },
        [](void* model, uint64_t time) { static_cast<M*>(model)->trace->dump(time); },
        [](void* model) { static_cast<M*>(model)->trace_close(); },
    };
}

#endif
