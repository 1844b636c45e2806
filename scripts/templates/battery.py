"""Renders chat templates with jinja2 as transformers does, for compare.mjs to render again.

    pip install jinja2
    python battery.py OUT.json FOLDER...     # every *.jinja file of the folders, with questions, conversations and variables
    node compare.mjs OUT.json

Templates of others are read where they lie, and never kept in this repository.
"""
import json, sys, glob, os, datetime
import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.ext import Extension, loopcontrols
from jinja2 import nodes
class Generation(Extension):
    tags={"generation"}
    def parse(self, parser):
        lineno=next(parser.stream).lineno
        body=parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return nodes.CallBlock(self.call_method("_s"),[],[],body).set_lineno(lineno)
    def _s(self, caller): return caller()
def env():
    e=ImmutableSandboxedEnvironment(trim_blocks=True,lstrip_blocks=True,extensions=[Generation, loopcontrols])
    e.filters["tojson"]=lambda x,ensure_ascii=False,indent=None,separators=None,sort_keys=False: json.dumps(x,ensure_ascii=ensure_ascii,indent=indent,separators=separators,sort_keys=sort_keys)
    def rx(m): raise jinja2.exceptions.TemplateError(m)
    e.globals["raise_exception"]=rx
    e.globals["strftime_now"]=lambda f: datetime.datetime(2025,6,28).strftime(f)
    return e
questions=["What is 3 + 4?","Say \"hi\" & <b>\n\n\\frac{1}{2} 'x'","é ☃ 😀 {{ x }} {% y %}","a"," multi\nline\n\nquestion?  "]
def main():
    templates={p:open(p).read() for folder in sys.argv[2:] for p in glob.glob(os.path.join(folder,'**','*.jinja'),recursive=True)}
    variables=[{}, {"enable_thinking":True},{"enable_thinking":False},{"thinking":True},{"reasoning_effort":"high"},{"thinking_budget":512},{"thinking_budget":0},{"reasoning":False},{"date_string":"28 Jun 2025","enable_thinking":True}]
    convs=[]
    for q in questions: convs.append([{"role":"user","content":q}])
    convs.append([{"role":"system","content":"Answer with a number."},{"role":"user","content":"Q"}])
    convs.append([{"role":"user","content":"Q"},{"role":"assistant","content":"<think>\nx\n</think>\n\nA"},{"role":"user","content":"R"}])
    convs.append([{"role":"system","content":"S"},{"role":"user","content":"Q"},{"role":"assistant","content":"A"},{"role":"user","content":"R"}])
    out=[]
    for name,t in sorted(templates.items()):
        for ci,c in enumerate(convs):
            for vi,v in enumerate(variables):
                if ci>0 and ci<5 and vi>2: continue
                g=dict(v, messages=c, tools=None, documents=None, add_generation_prompt=True, bos_token="<s>", eos_token="</s>")
                try: r={"output": env().from_string(t).render(**g)}
                except Exception as ex: r={"error": f"{type(ex).__name__}: {ex}"}
                out.append({"name":f"{name}#{ci}#{vi}","template":t,"given":g,**r})
    json.dump(out,open(sys.argv[1],'w'))
    print(len(templates), len(out))

if __name__ == "__main__": main()
