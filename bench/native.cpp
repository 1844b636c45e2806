// The same work as bench/decode.mjs in C++ over the same library: greedy tokens of S sequences in one batch a step, nothing else.
// Built by bench/native.sh, run by bench/decode.mjs. Prints sequences, threads, tokens a second of wall time and of processor time.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/resource.h>
#include <vector>
#include "ggml-backend.h"
#include "llama.h"

static double cpu_seconds() {
    rusage use;
    getrusage(RUSAGE_SELF, &use);
    return use.ru_utime.tv_sec + use.ru_stime.tv_sec + 1e-6 * (use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

static double wall_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

static void add(llama_batch & batch, llama_token id, int pos, int sequence, bool logits) {
    const int at = batch.n_tokens++;
    batch.token[at] = id;
    batch.pos[at] = pos;
    batch.n_seq_id[at] = 1;
    batch.seq_id[at][0] = sequence;
    batch.logits[at] = logits;
}

// native BACKENDS MODEL SEQUENCES TOKENS THREADS CONTEXT F32|F16 RUNS
int main(int argc, char ** argv) {
    if (argc < 9) return 2;
    const int sequences = atoi(argv[3]), tokens = atoi(argv[4]), threads = atoi(argv[5]), context = atoi(argv[6]), runs = atoi(argv[8]);
    const ggml_type type = strcmp(argv[7], "F32") == 0 ? GGML_TYPE_F32 : GGML_TYPE_F16;
    llama_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
    ggml_backend_load_all_from_path(argv[1]);
    llama_model * model = llama_model_load_from_file(argv[2], llama_model_default_params());
    if (!model) return 1;
    llama_context_params params = llama_context_default_params();
    params.n_ctx = context * sequences;
    params.n_seq_max = sequences;
    params.n_batch = params.n_ubatch = 512;
    params.n_threads = params.n_threads_batch = threads;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    params.type_k = params.type_v = type;
    llama_context * ctx = llama_init_from_model(model, params);
    if (!ctx) return 1;
    const int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
    llama_batch batch = llama_batch_init(512, 0, 1);
    std::vector<llama_token> last(sequences);
    for (int run = 0; run < runs; run++) {
        llama_memory_clear(llama_get_memory(ctx), false);
        const double wall = wall_seconds(), cpu = cpu_seconds();
        for (int step = 0; step < tokens; step++) {
            batch.n_tokens = 0;
            for (int s = 0; s < sequences; s++) {
                if (step > 0) add(batch, last[s], 9 + step, s, true);
                else for (int at = 0; at < 10; at++) add(batch, 10 + (s * 7 + at * 3 + run) % 40, at, s, at == 9);
            }
            if (llama_decode(ctx, batch)) return 1;
            for (int s = 0; s < sequences; s++) {
                const float * logits = llama_get_logits_ith(ctx, step > 0 ? s : s * 10 + 9);
                int best = 0;
                for (int id = 1; id < vocabulary; id++) if (logits[id] > logits[best]) best = id;
                last[s] = best;
            }
        }
        const double count = double(sequences) * tokens;
        printf("%d %d %.1f %.1f\n", sequences, threads, count / (wall_seconds() - wall), count / (cpu_seconds() - cpu));
        fflush(stdout);
    }
    return 0;
}
