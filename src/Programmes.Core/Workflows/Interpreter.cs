namespace Programmes.Core.Workflows;

public static class Interpreter
{
}
