using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>GetDataValues, GetAllDataValues, GetDataSetValues and the reads of control blocks (IEC 61850-7-2 §11.4.2, §10.2.3, §13.3.2): MMS Read.</summary>
internal sealed class ReadService(ValueStore values, VariableResolver resolver, DataSetCatalog dataSets, ControlService controls)
{
    public ServiceOutcome Handle(Association peer, ReadRequest request)
    {
        ValueList<AccessResult> results;
        if (request.Variables is VariableAccess.Named named)
        {
            if (named.Name.Scope != NameScope.Domain || dataSets.Find(named.Name.Domain, named.Name.Item) is not { } set || !set.VisibleTo(peer))
            {
                return ServiceErrors.NonExistent(named.Name.ToString());
            }

            results = set.Members.Select(m => peer.Has(AssociationRights.Read) ? values.Read(m) : (AccessResult)DataAccessError.ObjectAccessDenied).ToValueList();
        }
        else
        {
            results = ((VariableAccess.List)request.Variables).Items.Select(v => Read(peer, v)).ToValueList();
        }

        var response = new ReadResponse(results, request.SpecificationWithResult ? request.Variables : null);
        return IsTooLarge(peer, response)
            ? new ServiceError(ErrorClass.Service, ErrorCode.ServicePduSize, "the answer is larger than the PDU size; ask for parts")
            : response;
    }

    private AccessResult Read(Association peer, VariableSpecification variable)
    {
        var resolved = resolver.Resolve(peer, variable);
        if (resolved.Failure is { } failure)
        {
            return failure;
        }

        if (resolved.Single is { Fc: FunctionalConstraint.CO, Name: "SBO", IsLeaf: true } select)
        {
            return controls.Select(peer, select);
        }

        return peer.Has(AssociationRights.Read) ? resolved.Read(values) : DataAccessError.ObjectAccessDenied;
    }

    private static bool IsTooLarge(Association peer, ReadResponse response)
    {
        // A leaf takes about 60 octets; only answers that may come near the limit are measured.
        var leaves = response.Results.Sum(r => CountLeaves(r.Value));
        return leaves * 120L > peer.MaxPduSize && MmsCodec.ToArray(new ConfirmedResponse(uint.MaxValue, response), peer.Dialect).Length > peer.MaxPduSize;
    }

    private static long CountLeaves(in DataValue value)
    {
        if (value.Kind is not (DataKind.Structure or DataKind.Array))
        {
            return 1 + ((value.AsText().Length + value.AsOctets().Length) / 32);
        }

        long count = 0;
        foreach (ref readonly var item in value.ItemSpan())
        {
            count += CountLeaves(item);
        }

        return count;
    }
}
