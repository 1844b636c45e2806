"""Random templates rendered with jinja2, for compare.mjs to render again: python fuzz.py OUT.json [SEED [COUNT]]."""
import json, random, sys
from battery import env
R=random.Random(int(sys.argv[2]) if len(sys.argv)>2 else 1)
atoms=["1","0","-3","2.5","7","'ab'","'a b c'","''","' x '","'é😀z'","true","false","none","nosuch","[1,2,3]","['b','a']","[]","(1,'x')","{'a':1,'b':'x'}","{}","{1:'one',true:'t'}","messages","messages[0]","messages[0].content","s","n","f","lst","d","loopy","'a.b.c'","'1e3'","'\\n x\\n y'","[[1,2],[3]]","'<a>&'", "range(3)","d.items()","1e16","0.1","100000000000000000000","'Ab-cD eF'"]
filters=["upper","lower","title","capitalize","trim","length","list","first","last","join","join(',')","sort","sort(reverse=true)","unique|list","reverse|list","reverse","sum","min","max","abs","int","int(5)","float","round","round(1)","string","tojson","tojson(indent=2)","default('D')","default('D',true)","replace('a','Z')","replace('a','Z',1)","select|list","reject|list","select('string')|list","map('upper')|list","map('string')|join('-')","selectattr('role')|list","map(attribute='role')|list","dictsort","items|list","batch(2)|list","slice(2)|list","indent","indent(3,true)","wordcount","e","safe","truncate(3,true,'')","center(7)","count","format(1)","map('default','q')|list","select('odd')|list","select('defined')|list","rejectattr('x')|list","max(attribute='x')","striptags"]
methods=[".upper()",".split()",".split(' ')",".split(',')",".rsplit('.',1)",".strip()",".lstrip('a')",".rstrip()",".startswith('a')",".endswith(('c','b'))",".replace('a','b')",".find('b')",".count('a')",".title()",".capitalize()",".isdigit()",".isalpha()",".isupper()",".join(['x','y'])",".get('a')",".get('z')",".get('z', 5)",".keys()|list",".values()|list",".items()|list",".index('b')",".splitlines()",".zfill(5)",".partition(' ')",".format(1)",".a",".b","['a']","[0]","[-1]","[1:]","[::-1]","[:2]",".0",".rjust(6)",".removeprefix('a')",".swapcase()",".islower()",".x",".role",".isspace()",".lower()", ".center(8,'*')", ".rfind('a')", ".split(None,1)",".rsplit(None,1)"]
tests=["defined","undefined","none","string","number","integer","float","boolean","mapping","sequence","iterable","true","false","odd","even","in [1,'ab']","eq 1","gt 1","lower","upper","callable","divisibleby 2","sameas none","ne 'ab'","le 2"]
ops=["+","-","*","/","//","%","**","==","!=","<","<=",">",">=","in","not in","and","or","~","is"]
def expr(d):
    if d<=0: return R.choice(atoms)
    k=R.random()
    if k<.25: return f"{expr(d-1)}|{R.choice(filters)}"
    if k<.45: return f"({expr(d-1)}){R.choice(methods)}"
    if k<.62:
        o=R.choice(ops)
        if o=="is": return f"({expr(d-1)}) is {R.choice(['','not '])}{R.choice(tests)}"
        return f"({expr(d-1)}) {o} ({expr(d-1)})"
    if k<.70: return f"({expr(d-1)} if {expr(d-1)} else {expr(d-1)})"
    if k<.76: return f"not ({expr(d-1)})"
    if k<.82: return f"[{expr(d-1)}, {expr(d-1)}]"
    if k<.87: return f"-({expr(d-1)})"
    if k<.92: return f"({expr(d-1)} if {expr(d-1)})"
    if k<.96: return f"{{'k': {expr(d-1)}}}"
    return f"({expr(d-1)}) < ({expr(d-1)}) < ({expr(d-1)})"
def ws(): return R.choice([""," ","\n","  ","\n  ","\t\n"])
def tag(x): return "{%"+R.choice(["","","-","+"])+" "+x+" "+R.choice(["","","-"])+"%}"
def stmt(d):
    k=R.random()
    if d<=0 or k<.35: return "{{"+R.choice(["","-"])+" "+expr(R.randint(0,2))+" "+R.choice(["","-"])+"}}"
    b=lambda: ws()+"".join(stmt(d-1)+ws() for _ in range(R.randint(0,2)))
    if k<.5: return tag(f"if {expr(1)}")+b()+(tag("else")+b() if R.random()<.5 else "")+tag("endif")
    if k<.68:
        v=R.choice(["x","y","x, y"]); body=b()+R.choice(["","{{ loop.index }}","{{ loop.last }}{{ x }}","{% if loop.first %}{% continue %}{% endif %}","{% if loop.index > 1 %}{% break %}{% endif %}","{{ loop.previtem }}"])
        return tag(f"for {v} in {expr(1)}"+(f" if {expr(1)}" if R.random()<.2 else ""))+body+(tag("else")+b() if R.random()<.3 else "")+tag("endfor")
    if k<.78: return tag(f"set {R.choice(['x','y','s','n','q'])} = {expr(1)}")
    if k<.82: return tag("set q")+b()+tag("endset")+"{{ q }}"
    if k<.86: return tag(f"with x = {expr(1)}")+b()+"{{ x }}"+tag("endwith")
    if k<.92: return tag("macro m(a, b=n, c='z')")+b()+"{{ a }}{{ b }}{{ c }}{{ s }}"+tag("endmacro")+"{{ m("+R.choice(["1","","1, c=2","b=3","1,2,3"])+") }}"
    if k<.95: return "{#- note "+ws()+R.choice(["","-"])+"#}"
    return tag("set ns = namespace(v=0)")+"{% for i in [1,2] %}{% set ns.v = ns.v + i %}{% endfor %}{{ ns.v }}"
given={"messages":[{"role":"user","content":"Q a"},{"role":"assistant","content":"b"}],"tools":None,"documents":None,"add_generation_prompt":True,"bos_token":"<s>","eos_token":"</s>","s":"str a","n":4,"f":0.5,"lst":[3,1,2],"d":{"a":1,"z":[1,{"q":None}]},"loopy":[{"role":"x","x":2},{"role":"y","x":1}]}
import signal
out=[]
N=int(sys.argv[3]) if len(sys.argv)>3 else 6000
e=env()
for i in range(N):
    t=ws()+"".join(stmt(2)+ws() for _ in range(R.randint(1,3))) if i%2 else "{{ "+expr(3)+" }}"
    try:
        import copy; o=e.from_string(t).render(**copy.deepcopy(given))
        if "0x" in o or "<built" in o or "<bound" in o or "Cycler" in o or "<generator" in o or "object at" in o or "Macro" in o or "reverseiterator" in o or "list_reverse" in o: continue
        r={"output":o}
    except Exception as ex: r={"error":f"{type(ex).__name__}: {ex}"[:200]}
    out.append({"name":f"f{i}","template":t,"given":given,**r})
json.dump(out,open(sys.argv[1],'w')); print(len(out), sum('error' in o for o in out))
