import { palettes } from "./palettes.ts";

const { light, dark } = palettes;

/** No fonts of its own: the page weighs little and looks at home wherever it is opened. */
export const style = `
:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}}}
:root[data-theme=dark]{color-scheme:dark;${dark}}
:root[data-theme=light]{color-scheme:light}
:root{--sans:system-ui,-apple-system,"Segoe UI","Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif;
--serif:Charter,"Bitstream Charter","Source Serif 4","Iowan Old Style",Georgia,"Noto Serif","Liberation Serif",serif;
--mono:ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 var(--sans)}
.page{max-width:87rem;margin:0 auto;padding:0 1.25rem;min-width:0}
main p,main ul,figcaption,.caption,pre,.bars,.notice,.inside>figure{max-width:47.5rem}
header.top{padding-top:1.3rem}
h1{font:600 1.7rem/1.15 var(--serif);margin:0 0 .15rem;letter-spacing:-.01em;overflow-wrap:anywhere;padding-right:5rem}
.subtitle{color:var(--soft);margin:0 0 .9rem;font-size:.88rem}
.first{display:grid;grid-template-columns:minmax(0,1fr);gap:.6rem 2.2rem}
.finding p{font:1rem/1.42 var(--serif);margin:0 0 .5rem}
.finding p:first-child{font-size:1.16rem;line-height:1.38}
.finding a.to{font:.8rem/1 var(--sans);white-space:nowrap}
nav{position:sticky;top:0;z-index:3;background:var(--page);border-bottom:1px solid var(--line);display:flex;gap:1.1rem;
overflow-x:auto;padding:.5rem 5rem .5rem 1.25rem;font-size:.84rem;white-space:nowrap;scrollbar-width:none}
nav a{text-decoration:none;color:var(--soft)}
nav a:hover,nav a:focus-visible{text-decoration:underline}
nav a[aria-current]{color:var(--ink);font-weight:600}
.numbers .scroll{max-height:25rem;overflow-y:auto;background:linear-gradient(to top,var(--page) 30%,
transparent) bottom/100% 3rem no-repeat local,
linear-gradient(to top,var(--line),transparent) bottom/100% 1.1rem no-repeat scroll,var(--sides)}
.numbers thead th{position:sticky;top:0;background:var(--page)}
.numbers table{font-size:.82rem;min-width:100%}
.numbers th,.numbers td{padding:.14rem .5rem}
details.section{border-top:1px solid var(--line);margin:0;font-size:1rem;scroll-margin-top:2.6rem}
details.section:first-of-type{margin-top:1.4rem}
details.section>summary{padding:.55rem 0;display:flex;flex-wrap:wrap;gap:.1rem .9rem;align-items:baseline;
list-style:none}
details.section>summary::-webkit-details-marker{display:none}
details.section>summary::before{content:"▸";color:var(--soft);width:.7rem;transition:transform .1s}
details.section[open]>summary::before{transform:rotate(90deg)}
details.section>summary:hover h2,details.section>summary:hover h3{text-decoration:underline}
.lead{color:var(--soft);font-size:.88rem}
.inside{padding:.3rem 0 1.6rem}
.depth-3 .inside{padding-left:1.6rem}
.table,figure{scroll-margin-top:3rem}
:target>.scroll,figure:target{outline:2px solid var(--link);outline-offset:4px}
@media (min-width:68rem){
body{display:grid;grid-template-columns:13rem minmax(0,1fr)}
nav{flex-direction:column;gap:.42rem;height:100vh;overflow-y:auto;border:0;border-right:1px solid var(--line);
padding:1.5rem 1rem;white-space:normal;align-self:start}
nav a{padding-left:.6rem;border-left:2px solid transparent}
nav a[aria-current]{border-color:var(--link)}
.page{margin:0;padding:0 2rem}
}
@media (min-width:84rem){
.first{grid-template-columns:minmax(min-content,9fr) minmax(0,11fr);grid-template-rows:auto 1fr}
.numbers{max-width:46rem}
.first .notice{grid-column:1/-1;max-width:none}
.pictures{grid-column:2;grid-row:2}.numbers{grid-column:1;grid-row:3}.finding{grid-row:2}
.first:not(:has(.notice)) .pictures{grid-row:1/3}.first:not(:has(.notice)) .finding{grid-row:1}
.first:not(:has(.notice)) .numbers{grid-row:2}
.first:has(.notice) .pictures{grid-row:2/4}
}
a{color:var(--link);text-underline-offset:.15em}
h2{font:600 1.16rem/1.25 var(--serif);margin:0}
h3{font:600 1.02rem/1.3 var(--sans);margin:1.6rem 0 .3rem}
summary h3{margin:0}
p{margin:0 0 .8rem}
figure{margin:0 0 1.2rem}
figcaption,.caption{font-size:.88rem;line-height:1.45;color:var(--soft);margin-top:.6rem}
figcaption strong,.caption strong{color:var(--ink);font-weight:600}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{font-family:var(--sans)}
.narrow{display:none}
svg [role=graphics-symbol][data-tip]{cursor:default}
svg [role=graphics-symbol][data-tip]:focus{outline:none}
svg [role=graphics-symbol][data-tip]:hover,svg [role=graphics-symbol][data-tip]:focus-visible{stroke-width:6;
paint-order:stroke}
.scroll{--sides:linear-gradient(to right,var(--page) 40%,transparent) left/3rem 100% no-repeat local,
linear-gradient(to left,var(--page) 40%,transparent) right/3rem 100% no-repeat local,
linear-gradient(to right,var(--line),transparent) left/.8rem 100% no-repeat scroll,
linear-gradient(to left,var(--line),transparent) right/.8rem 100% no-repeat scroll;
overflow-x:auto;overflow-y:hidden;background:var(--sides)}
table{border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums;line-height:1.35;
min-width:min(100%,47.5rem);border-block:2px solid var(--ink)}
th,td{padding:.3rem .55rem;text-align:left;vertical-align:top}
th{font-weight:600;border-bottom:1px solid var(--ink);vertical-align:bottom}
th:first-child,td:first-child{padding-left:.15rem}
th:last-child,td:last-child{padding-right:.15rem}
tbody tr:hover{background:var(--wash)}
.right{text-align:right}
td{white-space:nowrap}
td.long{white-space:normal;overflow-wrap:anywhere;min-width:14rem}
details{margin-top:.35rem;font-size:.88rem}
summary{cursor:pointer;color:var(--soft)}
.fold{margin:0 0 1rem;font-size:1rem}
.fold>summary{font-size:.9rem;margin-bottom:.5rem}
pre,code{font-family:var(--mono);font-size:.84rem}
pre{background:var(--wash);border:1px solid var(--line);border-radius:4px;padding:.75rem .9rem;overflow:auto;
line-height:1.5;margin:.5rem 0 1rem;max-height:32rem}
.tools{display:flex;gap:.9rem;align-items:baseline;flex-wrap:wrap;font-size:.85rem;margin:.3rem 0 1.8rem}
.tools details{margin:0;min-width:0;max-width:100%}
.tools details[open]{flex-basis:100%}
.notice{border:1px solid var(--line);border-left:4px solid var(--no-answer);background:var(--wash);padding:.7rem .9rem;
border-radius:4px;margin:0 0 1rem}
.bars{display:grid;grid-template-columns:max-content 1fr;gap:.28rem .8rem;align-items:center;font-size:.85rem;
margin-bottom:.6rem}
.bars .label{text-align:right;font-variant-numeric:tabular-nums;max-width:9rem;overflow:hidden;text-overflow:ellipsis;
white-space:nowrap}
.bar{display:flex;height:1.05rem;background:var(--wash);border-radius:2px;overflow:hidden;print-color-adjust:exact;
-webkit-print-color-adjust:exact}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;font-size:.85rem;color:var(--soft);margin-bottom:1.5rem}
.legend i{display:inline-block;width:.8rem;height:.8rem;border-radius:2px;margin-right:.4rem;vertical-align:-.08rem;
print-color-adjust:exact;-webkit-print-color-adjust:exact}
.part-correct{background:var(--correct)}.part-incorrect{background:var(--incorrect)}
.part-unscored{background:var(--unscored)}.part-error{background:var(--error)}
.part-no-answer{background:repeating-linear-gradient(45deg,var(--no-answer) 0 4px,color-mix(in srgb,
var(--no-answer) 55%,var(--page)) 4px 7px)}
.part-cut{background:repeating-linear-gradient(-45deg,var(--cut) 0 4px,color-mix(in srgb,var(--cut) 55%,
var(--page)) 4px 7px)}
.panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(15rem,100%),1fr));gap:.9rem;margin:.7rem 0 1.6rem}
.panel{border:1px solid var(--line);border-radius:5px;min-width:0;break-inside:avoid;display:flex;flex-direction:column}
.panel header{padding:.5rem .75rem;border-bottom:1px solid var(--line);font-size:.85rem;line-height:1.4}
.panel header b{font-weight:600}
.verdict{font-weight:600}
.verdict.correct{color:var(--correct)}.verdict.incorrect{color:var(--incorrect)}
.verdict.no-answer{color:var(--no-answer)}.verdict.cut{color:var(--cut)}
.meta{color:var(--soft)}
.trace{font:.84rem/1.7 var(--mono);padding:.6rem .75rem;white-space:pre-wrap;overflow-wrap:anywhere;max-height:26rem;
overflow:auto;direction:ltr}
.trace span,.trace mark{unicode-bidi:isolate}
.prompt{display:block;color:var(--soft);margin-bottom:.35rem;padding-bottom:.35rem;border-bottom:1px dotted var(--line)}
.answer{font-weight:700}
.probe{opacity:.6;font-style:italic}
.decisions{margin:0;padding:.5rem .75rem .6rem 1.6rem;border-top:1px dotted var(--line);color:var(--soft);
font-size:.8rem;line-height:1.5}
.forced{color:var(--forced);background:var(--forced-wash);border:1px solid currentColor;border-radius:3px;
padding:0 .25em;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.forced::before{content:"\\25B8";margin-right:.2em;font-size:.8em}
.theme{position:fixed;z-index:4;top:.3rem;right:.8rem;background:var(--page);font:inherit;font-size:.82rem;
color:var(--soft);
border:1px solid var(--line);border-radius:4px;padding:.25rem .6rem;cursor:pointer;
box-shadow:-.5rem 0 .6rem .3rem var(--page)}
.theme:hover{color:var(--ink)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
#tip{position:fixed;z-index:9;max-width:19rem;background:var(--ink);color:var(--page);font-size:.8rem;line-height:1.4;
padding:.45rem .65rem;border-radius:4px;white-space:pre-line;pointer-events:none;overflow-wrap:anywhere}
footer{color:var(--soft);font-size:.84rem;margin-top:1.6rem;padding-bottom:2rem}
@media (max-width:640px){
body{font-size:15px}.page{padding:0 1rem}h1{font-size:1.5rem;padding-right:0}
.wide{display:none}.narrow{display:block}
th,td{padding:.3rem .45rem}td.long{min-width:9rem}
.numbers table{font-size:.74rem}.numbers th,.numbers td{padding:.14rem .28rem}
}
@media print{
:root,:root[data-theme=dark],:root:not([data-theme=light]){color-scheme:light;${light}}
@page{margin:18mm 16mm}
body{font-size:10.5pt;display:block}.page{max-width:none;padding:0}header.top{padding-top:0}.first{display:block}
.numbers .scroll{max-height:none}details.section::details-content{content-visibility:visible;block-size:auto}
nav,.theme,.tools a,#tip{display:none}
.tools details:not([open]){display:none}
.fold:not([open])::details-content{content-visibility:visible;block-size:auto}
figure,tr,.panel,.notice,.bars{break-inside:avoid}h2,h3,summary{break-after:avoid}
.scroll,.numbers .scroll{overflow:visible;background:none}
.trace,pre{max-height:none;overflow:visible;white-space:pre-wrap}
main p,main ul,figure,figcaption,.caption,.finding,pre,.bars,.notice,.inside>figure{max-width:none}
table{font-size:7.4pt;min-width:100%}th,td{padding:.14rem .25rem}td{white-space:normal}
.pictures svg{max-width:125mm;margin:auto}.numbers table{font-size:7.4pt}.numbers th,.numbers td{padding:.08rem .25rem}
.wide{display:block}.narrow{display:none}
}
`.trim();
