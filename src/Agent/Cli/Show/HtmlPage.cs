using System.Net;
using DerAgent.Model;
using DerAgent.Scl;

namespace DerAgent.Agent.Cli;

/// <summary>A model as one HTML page that needs nothing else: tree, bindings, data sets, findings, search.</summary>
internal static class HtmlPage
{
    private const string Style = """
        :root { color-scheme: light dark; --line: #8886; --soft: #8889; --mark: #fd0; }
        body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 1rem; }
        h1 { font-size: 1.4rem; margin: .3rem 0; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .3rem; }
        header { position: sticky; top: 0; background: Canvas; border-bottom: 1px solid var(--line); padding: .4rem 0; }
        input { font: inherit; width: 100%; padding: .4rem .6rem; box-sizing: border-box; }
        details { margin-left: 1rem; } summary { cursor: pointer; padding: .1rem 0; }
        .a { margin-left: 2.2rem; font-family: ui-monospace, monospace; font-size: .85rem; overflow-wrap: anywhere; }
        .t, .n { color: GrayText; } .b { font-weight: 600; } mark { background: var(--mark); color: black; }
        table { border-collapse: collapse; width: 100%; } td, th { border-bottom: 1px solid var(--line); padding: .2rem .5rem; text-align: left; vertical-align: top; }
        .error { border-left: .3rem solid #c33; } .warning { border-left: .3rem solid #c90; } .info { border-left: .3rem solid #69c; }
        .hidden { display: none; }
        """;

    private const string Script = """
        const box = document.getElementById('search'), count = document.getElementById('count');
        const leaves = [...document.querySelectorAll('[data-ref]')], folds = [...document.querySelectorAll('details')];
        function search() {
          const words = box.value.toLowerCase().split(/\s+/).filter(w => w);
          if (!words.length) {
            leaves.forEach(l => l.classList.remove('hidden'));
            folds.forEach(f => { f.classList.remove('hidden'); f.open = f.dataset.open === '1'; });
            count.textContent = leaves.length + ' attributes';
            return;
          }
          folds.forEach(f => { f.classList.add('hidden'); f.open = false; });
          let found = 0;
          for (const leaf of leaves) {
            const hit = words.every(w => leaf.dataset.ref.includes(w));
            leaf.classList.toggle('hidden', !hit);
            if (!hit) continue;
            found++;
            for (let up = leaf.closest('details'); up && up.classList.contains('hidden'); up = up.parentElement.closest('details')) { up.classList.remove('hidden'); up.open = found <= 200; }
          }
          count.textContent = found + ' of ' + leaves.length + ' attributes';
        }
        box.addEventListener('input', search);
        // page.html#TotW opens with a search, so that places can be linked to.
        box.value = decodeURIComponent(location.hash.slice(1));
        search();
        """;

    public static void Write(TextWriter page, string file, IReadOnlyList<IedModel> models, IReadOnlyList<SclFinding> findings)
    {
        var title = $"{Path.GetFileName(file)}: {string.Join(", ", models.Select(m => m.Name))}";
        page.WriteLine("<!DOCTYPE html>");
        page.WriteLine($"<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{E(title)}</title>");
        page.WriteLine("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">");
        page.WriteLine($"<style>{Style}</style></head><body>");
        page.WriteLine($"<header><h1>{E(title)}</h1><input id=\"search\" type=\"search\" placeholder=\"Search: TotW, MMXU1 mag, inv1/W …\" aria-label=\"Search\" autofocus><div id=\"count\" class=\"n\"></div></header>");
        foreach (var model in models)
        {
            Write(page, model);
        }

        WriteFindings(page, findings);
        page.WriteLine($"<script>{Script}</script></body></html>");
    }

    private static void Write(TextWriter page, IedModel model)
    {
        var jid = model.Address.TryGetValue("JID", out var text) ? $" as {E(text)}" : "";
        page.WriteLine($"<h2>{E(model.Name)}, access point {E(model.AccessPoint)}{jid}</h2>");
        if (model.Devices.Count > 0)
        {
            page.WriteLine("<table class=\"devices\"><tr><th>Device</th><th>Profile</th><th>Where</th></tr>");
            foreach (var device in model.Devices)
            {
                page.WriteLine($"<tr><td>{E(device.Name)}</td><td>{E(device.Profile)}</td><td>{E(device.Url)}</td></tr>");
            }

            page.WriteLine("</table>");
        }

        foreach (var ld in model.LogicalDevices)
        {
            page.WriteLine($"<details open data-open=\"1\"><summary class=\"b\">{E(ld.Name)}</summary>");
            foreach (var ln in ld.LogicalNodes)
            {
                Write(page, ln);
            }

            page.WriteLine("</details>");
        }
    }

    private static void Write(TextWriter page, LogicalNode ln)
    {
        page.WriteLine($"<details><summary>{E(ln.Name)} <span class=\"n\">{E(Description(ln))}</span></summary>");
        foreach (var dataObject in ln.DataObjects)
        {
            page.WriteLine($"<details><summary>{E(dataObject.Name)} <span class=\"t\">{E(dataObject.Cdc)}</span></summary>");
            foreach (var leaf in ModelTree.Leaves(dataObject))
            {
                WriteLeaf(page, leaf);
            }

            page.WriteLine("</details>");
        }

        foreach (var set in ln.DataSets)
        {
            page.WriteLine($"<details><summary>data set {E(set.Name)} <span class=\"t\">{set.Members.Count} members</span></summary>");
            foreach (var member in set.Members)
            {
                page.WriteLine($"<div class=\"a\">{E(member.Reference)}</div>");
            }

            page.WriteLine("</details>");
        }

        foreach (var block in ln.ReportControls)
        {
            page.WriteLine($"<div class=\"a\">{(block.Buffered ? "buffered" : "unbuffered")} reports {E(block.Name)} → {E(block.DataSet ?? "no data set")}, each {block.IntegrityPeriod} ms</div>");
        }

        page.WriteLine("</details>");
    }

    private static void WriteLeaf(TextWriter page, DataNode leaf)
    {
        var name = leaf.Reference[(leaf.LogicalNode.Reference.Length + 1)..];
        var value = ModelTree.Value(leaf);
        page.WriteLine($"<div class=\"a\" data-ref=\"{E($"{leaf.Reference} {leaf.Reference.Replace('$', '.')}{value}".ToLowerInvariant())}\">{E(name)} <span class=\"t\">{E(ModelTree.TypeText(leaf.Type))}</span><span class=\"b\">{E(value)}</span></div>");
    }

    private static void WriteFindings(TextWriter page, IReadOnlyList<SclFinding> findings)
    {
        page.WriteLine($"<h2>Findings ({findings.Count})</h2><table id=\"findings\">");
        foreach (var finding in findings)
        {
            page.WriteLine($"<tr class=\"{finding.Severity.ToString().ToLowerInvariant()}\"><td>{E(finding.Code)}</td><td>{finding.Line}:{finding.Column}</td><td>{E(finding.Reference)}</td><td>{E(finding.Text)} {E(finding.Remedy)}</td></tr>");
        }

        page.WriteLine("</table>");
    }

    private static string Description(LogicalNode ln) =>
        ln.DataObject("NamPlt")?.Attribute("d") is { IsLeaf: true } d && d.InitialValue.Kind != DataKind.None ? d.InitialValue.AsText() : "";

    private static string E(string text) => WebUtility.HtmlEncode(text);
}
