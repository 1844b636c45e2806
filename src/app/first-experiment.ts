/** The text of a first experiment, which runs as it is. */
export const firstExperiment = (
  name: string,
): string => `# ${name}: a first experiment. It runs as it is, on the model that comes with the package:
#   overthink plan ${name}.yaml      what it takes, before anything is decoded
#   overthink run ${name}.yaml       run it, or continue it; Ctrl-C is safe
#   overthink report ${name}         a page with the curve, tests and traces
#   overthink view                   look at every chain in the browser
name: ${name}

models:
  - name: pico
    engine: llama                   # in this process, on the CPU
    path: models/pico/pico.gguf     # found here, or in the package
    format: pico                    # how the model opens and closes a thought
  # A GGUF of your own:
  # - { name: mine, engine: llama, path: my-model.gguf, format: auto }
  # A server that continues token ids (vLLM, SGLang, llama-server):
  # - name: served
  #   engine: openai
  #   base_url: http://127.0.0.1:8000/v1
  #   model: Qwen/Qwen3-8B
  #   dialect: vllm
  #   format: qwen3

datasets:
  - name: arithmetic                # comes with the package; \`overthink datasets list\` shows others
    limit: 100                      # the first 100 problems
  # Your own, one JSON object a line:
  # - { name: mine, path: problems.jsonl, columns: { id: id, problem: question, answer: gold }, grader: math }

methods:
  # A list is swept: one point of the curve for each value. null: no budget.
  - budget-forcing: { max_thinking_tokens: [0, 8, 16, 32, 64, null] }
  # Natural ends dropped and replaced by a word, so that the model thinks on.
  - budget-forcing: { ignore_ends: [1, 2, 4], continuation: Wait }

sampling:
  temperature: 0                    # greedy; above 0 also set epochs, the number of samples of each problem
  seed: 1
  max_answer_tokens: 8

# limits: { minutes: 60 }           # ends with exit code 75; the same command continues
`;
