"""openai-python at its defaults: chats, completions and responses, whole and streamed. Prints {route: answers} as JSON."""
import json, sys
from openai import OpenAI

url, model, path = sys.argv[1:]
problems = json.load(open(path))
client = OpenAI(base_url=f"{url}/v1", api_key="none")


def chat(problem):
    answer = client.chat.completions.create(model=model, messages=[{"role": "user", "content": problem}], temperature=0)
    return answer.choices[0].message.content


def chat_stream(problem):
    stream = client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": problem}], temperature=0, stream=True
    )
    return "".join(part.choices[0].delta.content or "" for part in stream if part.choices)


def responses(problem):
    return client.responses.create(model=model, input=problem, temperature=0).output_text


def responses_stream(problem):
    with client.responses.stream(model=model, input=problem, temperature=0) as stream:
        stream.until_done()
        return stream.get_final_response().output_text


routes = [chat, chat_stream, responses, responses_stream]
assert client.models.retrieve(model).id == model
print(json.dumps({route.__name__: [route(problem) for problem in problems] for route in routes}))
