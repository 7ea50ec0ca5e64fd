using Ax2.TestKit;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresServer))]
