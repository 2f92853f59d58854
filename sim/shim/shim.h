// What Rust sees of a Verilated model: a table of functions for each top, and its ports as plain memory.
// The build script lists the tops and their ports; `src/ffi.rs` is the other side of `Functions`.

#ifndef SHP_SIM_SHIM_H
#define SHP_SIM_SHIM_H

#include <cstdint>
#if VM_COVERAGE
#include <cstdlib>
#include <iterator>
#include <mutex>
#include <string>
#include <unistd.h>
#endif

#include <verilated.h>
#if VM_TRACE
#include <verilated_vcd_c.h>
#endif

struct Functions {
    void* (*create)();
    void (*destroy)(void* model);
    void (*evaluate)(void* model);
    void* (*port)(void* model, uint32_t index);
    bool (*trace_open)(void* model, const char* file);
    void (*trace_sample)(void* model, uint64_t time);
    void (*trace_close)(void* model);
};

#if VM_TRACE
using Waves = VerilatedVcdC;
#else
// What a model without waveforms has in their place: no file is ever open.
struct Waves {
    void open(const char*) {}
    bool isOpen() const { return false; }
    void dump(uint64_t) {}
};
#endif

// A model with a context of its own, so that models in several threads know nothing of each other.
template <class Top>
struct Model {
    VerilatedContext context;
    Top* top = nullptr;
    Waves* trace = nullptr;

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
        trace = new Waves;
#if VM_TRACE
        top->trace(trace, 99);  // levels of the hierarchy: all
#endif
        trace->open(file);
        return trace->isOpen();
    }

    void trace_close() {
        delete trace;  // its destructor writes what is left
        trace = nullptr;
    }
};

#if VM_COVERAGE
// The counts of all models of a top. The first model to end is kept, and the counts of the others are added to its own;
// when the process ends they are written into the folder $SHP_SIM_COVERAGE, if it is set.
template <class Top>
class Coverage {
    std::mutex mutex;
    Model<Top>* sum = nullptr;

    static auto& counts(Model<Top>* model) { return model->top->rootp->vlSymsp->__Vcoverage; }

    void add(Model<Top>* model) {
        const std::lock_guard<std::mutex> lock{mutex};
        if (!sum) {
            sum = model;
            return;
        }
        for (size_t point = 0; point < std::size(counts(sum)); ++point) {
            counts(sum)[point] += counts(model)[point];
        }
        delete model;
    }

    ~Coverage() {
        if (const char* folder = std::getenv("SHP_SIM_COVERAGE")) {
            const std::string name = sum->top->modelName();
            sum->context.coveragep()->write(folder + ("/" + name) + "." + std::to_string(getpid()) + ".dat");
        }
    }

public:
    static void end(Model<Top>* model) {
        model->trace_close();
        static Coverage all;
        all.add(model);
    }
};
#else
template <class Top>
struct Coverage {
    static void end(Model<Top>* model) { delete model; }
};
#endif

template <class Top>
constexpr Functions functions() {
    using M = Model<Top>;
    return {
        []() -> void* { return new M; },
        [](void* model) { Coverage<Top>::end(static_cast<M*>(model)); },
        [](void* model) { static_cast<M*>(model)->top->eval(); },
        [](void* model, uint32_t index) -> void* { return port(*static_cast<M*>(model)->top, index); },
        [](void* model, const char* file) { return static_cast<M*>(model)->trace_open(file); },
        [](void* model, uint64_t time) { static_cast<M*>(model)->trace->dump(time); },
        [](void* model) { static_cast<M*>(model)->trace_close(); },
    };
}

#endif
